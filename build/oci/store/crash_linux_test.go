package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets a test run this binary as a process that fills a store, or that
// may write no large file.
func TestMain(m *testing.M) {
	if dir := os.Getenv("SLUICE_TEST_STORE"); dir != "" {
		fill(New(dir))
	}
	os.Exit(m.Run())
}

// fill puts images into a store until it fails, pruning now and then.
func fill(s *Store) {
	if limit := os.Getenv("SLUICE_TEST_LIMIT"); limit != "" {
		var n uint64
		fmt.Sscan(limit, &n)
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	var err error
	for i := 0; err == nil; i++ {
		text := strings.Repeat(fmt.Sprint(os.Getpid(), i), 5000)
		_, err = put(s, repo, fmt.Sprint(i%5), text)
		if err == nil && i%7 == 6 {
			_, err = s.Prune(context.Background(), PruneOptions{Keep: 3})
		}
		fmt.Println(i)
	}
	fmt.Println(err)
	os.Exit(1)
}

func filler(dir string, env ...string) (*exec.Cmd, *bytes.Buffer) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), "SLUICE_TEST_STORE="+dir), env...)
	var out bytes.Buffer
	cmd.Stdout = &out
	return cmd, &out
}

// TestKill: two processes fill one store and are killed at any moment; every
// image that has a record is whole, and what crashes left goes.
func TestKill(t *testing.T) {
	kills := 30
	if os.Getenv("SLUICE_STRICT") == "1" {
		kills = 200
	}
	s, wrote := New(filepath.Join(t.TempDir(), "store")), 0
	for i := range kills {
		one, out1 := filler(s.Dir())
		two, out2 := filler(s.Dir())
		if err := errors.Join(one.Start(), two.Start()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(10+i%53) * time.Millisecond)
		one.Process.Kill()
		two.Process.Kill()
		one.Wait()
		two.Wait()
		if strings.Contains(out1.String()+out2.String(), "\n") {
			wrote++
		}
		if _, faults, err := s.Check(ctx); err != nil || len(faults) > 0 {
			t.Fatalf("after %d kills: %v, %v; the writers said %q %q", i+1, faults, err, out1, out2)
		}
	}
	if wrote < kills/20 {
		t.Errorf("only in %d of %d rounds something was written", wrote, kills)
	}
	mustPut(t, s, repo, "last", "last")
	wantGet(t, s, repo, "last", "last")
	wantNoTemporary(t, s)
}

// TestFullDisk: a disk that fills up is an error, and what was there stays.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	s := New(dir)
	want := error(syscall.ENOSPC)
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m")
	if err == nil {
		defer syscall.Unmount(dir, syscall.MNT_DETACH)
	}
	mustPut(t, s, repo, "1", "one")
	if err == nil {
		_, err = put(s, repo, "2", noise(20<<20))
	} else { // not root: a bound on the size of files does the same
		want = syscall.EFBIG
		cmd, out := filler(dir, "SLUICE_TEST_LIMIT=300")
		cmd.Run()
		err = fmt.Errorf("%w: %s", map[bool]error{true: want}[strings.Contains(out.String(), want.Error())], out)
	}
	if !errors.Is(err, want) {
		t.Errorf("got %v", err)
	}
	if _, err := get(s, repo, "2"); err == nil {
		t.Error("half an image has a record")
	}
	wantGet(t, s, repo, "1", "one")
	wantNoTemporary(t, s)
	if _, faults, err := s.Check(ctx); err != nil || len(faults) > 0 {
		t.Errorf("%v, %v", faults, err)
	}
	mustPut(t, s, repo, "3", "three") // there is room again
}

// TestReadOnly: a store that can't be written is fine for reading.
func TestReadOnly(t *testing.T) {
	dir := t.TempDir()
	s := New(dir)
	r := mustPut(t, s, repo, "1", "one")
	if os.Getuid() == 0 {
		if err := syscall.Mount(dir, dir, "", syscall.MS_BIND, ""); err != nil {
			t.Skipf("a read-only directory can't be mounted here: %v", err)
		}
		defer syscall.Unmount(dir, syscall.MNT_DETACH)
		if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY, ""); err != nil {
			t.Skipf("a read-only directory can't be mounted here: %v", err)
		}
	} else {
		filepath.WalkDir(dir, func(path string, d os.DirEntry, _ error) error { return os.Chmod(path, 0o555) })
		defer filepath.WalkDir(dir, func(path string, d os.DirEntry, _ error) error { return os.Chmod(path, 0o755) })
	}
	wantGet(t, s, repo, "1", "one")
	wantGet(t, s, repo, r.Root.Digest.String(), "one")
	if images, err := s.List(); len(images) != 1 || err != nil {
		t.Errorf("%v, %v", images, err)
	}
	if n, _, err := s.Check(ctx); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := s.Prune(ctx, PruneOptions{All: true, DryRun: true}); err != nil {
		t.Errorf("dry run: %v", err)
	}
	if _, err := put(s, repo, "2", "two"); err == nil {
		t.Error("written")
	}
	if _, err := s.Prune(ctx, PruneOptions{All: true}); err == nil {
		t.Error("pruned")
	}
}
