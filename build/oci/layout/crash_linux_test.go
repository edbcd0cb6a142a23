package layout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2"

	"github.com/sluiceproxy/sluice/build/oci/image"
)

// TestMain lets a test run this binary as a process that writes until it is
// killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("SLUICE_TEST_WRITER"); dir != "" {
		writeForEver(dir)
	}
	os.Exit(m.Run())
}

// writeForEver puts images into a layout, each with a tag, as fast as it can.
func writeForEver(dir string) {
	w, err := Create(dir)
	for i := 0; err == nil; i++ {
		m, _ := image.Pack(bytes.Repeat([]byte(fmt.Sprint(os.Getpid(), i)), 5000), image.Spec{})
		if err = oras.CopyGraph(context.Background(), m, w, m.Root, oras.CopyGraphOptions{}); err == nil {
			err = w.Tag(context.Background(), m.Root, fmt.Sprint(i%5))
		}
		fmt.Println(i)
	}
	fmt.Println(err)
	os.Exit(1)
}

// TestKill: a process that is killed at any moment leaves a layout in which
// everything that has a name is whole.
func TestKill(t *testing.T) {
	kills := 40
	if os.Getenv("SLUICE_STRICT") == "1" {
		kills = 200
	}
	dir := t.TempDir()
	wrote := 0
	for i := range kills {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "SLUICE_TEST_WRITER="+dir)
		var out bytes.Buffer
		cmd.Stdout = &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(5+i%37) * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
		if strings.Contains(out.String(), "\n") {
			wrote++
		}
		checkWhole(t, dir)
		if t.Failed() {
			t.Fatalf("after %d kills; the writer said %q", i+1, out.String())
		}
	}
	if wrote < kills/20 {
		t.Errorf("only %d of %d writers got to write anything", wrote, kills)
	}
}

// checkWhole reads every file that has a name and every image of the index.
func checkWhole(t *testing.T, dir string) {
	t.Helper()
	blobs, _ := os.ReadDir(filepath.Join(dir, "blobs", "sha256"))
	for _, e := range blobs {
		path := filepath.Join(dir, "blobs", "sha256", e.Name())
		if strings.HasSuffix(e.Name(), ".tmp") {
			os.Remove(path) // what a crash may leave
			continue
		}
		raw, err := os.ReadFile(path)
		if err != nil || digest.FromBytes(raw).Encoded() != e.Name() {
			t.Errorf("%s is not whole: %d bytes, %v", e.Name(), len(raw), err)
		}
	}
	l, err := Open(dir)
	if errors.Is(err, os.ErrNotExist) {
		return // killed before the first image
	}
	if err != nil {
		t.Error(err)
		return
	}
	defer l.Close()
	for _, tag := range l.Tags() {
		if _, err := moduleIn(dir, tag); err != nil {
			t.Errorf("image %s: %v", tag, err)
		}
	}
	// Blobs of earlier rounds would make each round slower.
	if len(blobs) > 300 {
		os.RemoveAll(dir)
		os.Mkdir(dir, 0o755)
	}
}

// TestFullDisk: a disk that fills up is an error, and what was there stays.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		t.Skipf("a small disk can't be mounted here: %v (needs root)", err)
	}
	defer syscall.Unmount(dir, syscall.MNT_DETACH)
	fill(t, dir, "one", "1.0")
	w, err := Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	big := bytes.Repeat([]byte("x"), 4<<20)
	d := ocispec.Descriptor{Digest: digest.FromBytes(big), Size: int64(len(big))}
	if err := w.Push(ctx, d, bytes.NewReader(big)); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v", err)
	}
	if ok, err := w.Exists(ctx, d); ok || err != nil {
		t.Errorf("exists: %t, %v", ok, err)
	}
	for _, path := range leftovers(t, dir) {
		if strings.HasSuffix(path, ".tmp") {
			t.Errorf("left %s", path)
		}
	}
	if got, err := moduleIn(dir, "1.0"); got != "one" || err != nil {
		t.Errorf("what was there: %q, %v", got, err)
	}
	if err := Archive(dir, filepath.Join(t.TempDir(), "no", "x.tar")); err == nil {
		t.Error("an archive in a directory that isn't there")
	}
}
