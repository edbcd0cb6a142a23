package oci

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// peak runs the command and returns the most memory that it had, in MiB.
func (u *user) peak(args ...string) int64 {
	u.t.Helper()
	cmd, file := u.command(args...), filepath.Join(u.home, "usage")
	cmd.Path, cmd.Args = os.Args[0], append([]string{os.Args[0]}, cmd.Args...)
	cmd.Env = append(cmd.Env, usageVariable+"="+file)
	if out, err := cmd.CombinedOutput(); err != nil {
		u.t.Fatalf("%v: %s", err, out)
	}
	text, err := os.ReadFile(file)
	found := maxRSS.FindSubmatch(text)
	if err != nil || found == nil {
		u.t.Fatalf("the system doesn't tell: %q, %v", text, err)
	}
	kib, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		u.t.Fatal(err)
	}
	return kib >> 10
}

// maxRSS is the field of syscall.Rusage, in KiB.
var maxRSS = regexp.MustCompile(`Maxrss:(\d+)`)

// TestMemory: what a push, a pull and a check need doesn't grow with the image.
func TestMemory(t *testing.T) {
	r, u := startRegistry(t, ""), newUser(t)
	used := map[string]int64{}
	for _, size := range []int{6, 40} {
		wasm := filepath.Join(u.home, fmt.Sprint(size, ".wasm"))
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), moduleVariable+"="+wasm)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		at := fmt.Sprintf("%s/p%d:1", r.host, size)
		for _, verb := range [][]string{
			{"push", wasm, at, "--plain-http"},
			{"push", wasm, at + "-raw", "--plain-http", "--format", "artifact"},
			{"pull", at, "-o", "out.wasm", "--plain-http"},
			{"check", at, "--plain-http"},
			{"save", at, "-o", "out.tar", "--plain-http"},
			{"package", wasm, "-o", "packed.tar"},
		} {
			got := u.peak(verb...)
			name := verb[0]
			if len(verb) > 4 {
				name += verb[len(verb)-1]
			}
			t.Logf("%s of %d MiB: %d MiB", name, size, got)
			if got > 64 {
				t.Errorf("%s of %d MiB needs %d MiB", name, size, got)
			}
			if before, ok := used[name]; ok && got > before+12 {
				t.Errorf("%s needs %d MiB for a module of %d MiB, and %d for one of 6", name, got, size, before)
			}
			used[name] = got
		}
	}
}
