//go:build unix

package build

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fakeGo is a go command that runs a shell script.
func fakeGo(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "go")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestToolchain(t *testing.T) {
	answer := func(version, mod string) string {
		return fakeGo(t, `echo '{"GOVERSION": "`+version+`", "GOMOD": "`+mod+`"}'`)
	}
	for _, tt := range []struct {
		name, goCommand string
		want            error
		text            string
	}{
		{"none", "go-that-is-not-there", ErrNoGo, "go.dev/dl"},
		{"too old", answer("go1.23.4", "/x/go.mod"), ErrGoTooOld, "go1.23.4"},
		{"no module", answer("go1.24", "/dev/null"), ErrNotMain, "no Go module"},
		{"fails", fakeGo(t, `echo "go: download go1.99: offline" >&2; exit 1`), nil, "download go1.99: offline"},
		{"nonsense", fakeGo(t, `echo hello`), nil, "go env"},
		{"writes nothing", fakeGo(t, `[ $1 = build ] || echo '{"GOVERSION": "go1.24", "GOMOD": "/x/go.mod"}'`), os.ErrNotExist, "wrote no module"},
		{"writes text", fakeGo(t, `[ $1 = build ] && echo hello > $7 || echo '{"GOVERSION": "devel go1.99", "GOMOD": "/x/go.mod"}'`), nil, "text"},
	} {
		dir := writePlugin(t)
		_, err := Build(testContext(t), Options{Dir: dir, Go: tt.goCommand})
		if err == nil || (tt.want != nil && !errors.Is(err, tt.want)) || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.text)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than one line: %q", tt.name, err)
		}
		if got := names(t, dir); len(got) != 2 {
			t.Errorf("%s: the directory holds %v", tt.name, got)
		}
	}
}

func TestNoGoOnPath(t *testing.T) {
	dir := writePlugin(t)
	t.Setenv("PATH", t.TempDir())
	if _, err := Build(testContext(t), Options{Dir: dir}); !errors.Is(err, ErrNoGo) {
		t.Errorf("error is %v", err)
	}
}

// TestCancelKillsGroup cancels while a compiler that the go command has started
// is at work, and checks that it and the temporary files are gone.
func TestCancelKillsGroup(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	pidFile := filepath.Join(t.TempDir(), "pid")
	goCommand := fakeGo(t, `if [ $1 = env ]; then echo '{"GOVERSION": "go1.24", "GOMOD": "/x/go.mod"}'; exit; fi
sleep 600 & echo $! > `+pidFile+`.new; mv `+pidFile+`.new `+pidFile+`; wait`)
	ctx, cancel := context.WithCancel(context.Background())
	dir, done := writePlugin(t), make(chan error, 1)
	go func() {
		_, err := Build(ctx, Options{Dir: dir, Go: goCommand})
		done <- err
	}()
	pid := waitForPID(t, pidFile)
	cancel()
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the build did not end")
	}
	waitForEnd(t, pid)
	if left := names(t, tmp); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func waitForPID(t *testing.T, file string) int {
	t.Helper()
	for range 1000 {
		if text, err := os.ReadFile(file); err == nil {
			pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the compiler did not start")
	return 0
}

// waitForEnd waits until a process is gone, or a zombie that nobody collects.
func waitForEnd(t *testing.T, pid int) {
	t.Helper()
	for range 500 {
		if syscall.Kill(pid, 0) != nil {
			return
		}
		stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
		if err == nil && strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %d is still there", pid)
}
