//go:build linux

package envoy

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestDiesWithUs: whoever started Envoy may be killed without a chance to tidy
// up, and Envoy must not outlive it.
func TestDiesWithUs(t *testing.T) {
	if os.Getenv("SLUICE_TEST_PARENT") == "1" {
		parent(t)
		return
	}
	harness.OneEnvoy(t)
	cmd := exec.Command(os.Args[0], "-test.run=^TestDiesWithUs$", "-test.v")
	cmd.Env = append(os.Environ(), "SLUICE_TEST_PARENT=1", "TMPDIR="+t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	pid := 0
	for sc := bufio.NewScanner(out); pid == 0 && sc.Scan(); {
		if rest, ok := strings.CutPrefix(sc.Text(), "envoy is "); ok {
			pid, _ = strconv.Atoi(rest)
		}
	}
	if pid == 0 {
		cmd.Process.Kill()
		t.Fatal("the parent did not start an Envoy")
	}
	cmd.Process.Kill()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if gone(pid) {
			return
		}
	}
	t.Errorf("envoy %d outlived its parent", pid)
	syscall.Kill(pid, syscall.SIGKILL)
}

// parent starts an Envoy and waits to be killed.
func parent(t *testing.T) {
	rec := &recorder{}
	o := rec.options()
	o.Binary = binary(t)
	e, err := Start(context.Background(), o, Config{})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("\nenvoy is %d\n", e.PID())
	time.Sleep(time.Minute)
}

// gone reports whether no process has the id, or only a dead one that nobody
// has waited for yet.
func gone(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	return strings.HasPrefix(rest, "Z") || strings.HasPrefix(rest, "X")
}
