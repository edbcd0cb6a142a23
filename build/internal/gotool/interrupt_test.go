//go:build unix

package gotool

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// fakeGo is a go command that tells its own process id and that of a child, and
// waits.
func fakeGo(t *testing.T, trap string) (*Tool, string) {
	t.Helper()
	dir := t.TempDir()
	script := "#!/bin/sh\n" + trap + "\nsleep 600 >/dev/null 2>&1 &\necho $! > " + dir + "/child.tmp\nmv " + dir + "/child.tmp " + dir + "/child\nwait\nwait\n"
	path := filepath.Join(dir, "go")
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return &Tool{Path: path, Dir: dir, Version: Oldest}, dir
}

// interrupt runs the command, ends its context, and says how long that took.
func interrupt(t *testing.T, tool *Tool, dir string) time.Duration {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var ended time.Time
	go func() {
		for range 1000 {
			if _, err := os.Stat(filepath.Join(dir, "child")); err == nil {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		ended = time.Now()
		cancel()
	}()
	if _, err := tool.Run(ctx, nil, "build"); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	return time.Since(ended)
}

// TestInterrupted: the go command is asked to end, and removes what it has made.
func TestInterrupted(t *testing.T) {
	tool, dir := fakeGo(t, "mkdir work; trap 'rm -r work; exit 1' INT")
	took := interrupt(t, tool, dir)
	if _, err := os.Stat(filepath.Join(dir, "work")); !errors.Is(err, os.ErrNotExist) || took > patience {
		t.Errorf("after %v its temporary directory is there: %v", took, err)
	}
	childIsGone(t, dir)
}

// TestTemporaryFiles: what a command leaves in its temporary directory is removed,
// which lies where the go command's settings say.
func TestTemporaryFiles(t *testing.T) {
	tool, dir := fakeGo(t, "touch $GOTMPDIR/left; ls $GOTMPDIR > seen; dirname $GOTMPDIR >> seen")
	tool.tempDir = t.TempDir()
	interrupt(t, tool, dir)
	if text, err := os.ReadFile(filepath.Join(dir, "seen")); err != nil || string(text) != "left\n"+tool.tempDir+"\n" {
		t.Errorf("the command saw %q, %v", text, err)
	}
	if left, err := os.ReadDir(tool.tempDir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestInterruptIgnored: one that doesn't end is killed, with its children.
func TestInterruptIgnored(t *testing.T) {
	tool, dir := fakeGo(t, "trap '' INT")
	if took := interrupt(t, tool, dir); took < patience || took > 3*patience {
		t.Errorf("it took %v", took)
	}
	childIsGone(t, dir)
}

func childIsGone(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "child"))
	if err != nil {
		t.Fatal(err)
	}
	pid := 0
	for _, c := range text {
		if c >= '0' && c <= '9' {
			pid = 10*pid + int(c-'0')
		}
	}
	for range 200 {
		if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) || isZombie(pid) {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("process %d is still there", pid)
}

// isZombie says whether a process has ended and waits for its parent, which is
// nobody's concern here.
func isZombie(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(text), ") Z ")
}
