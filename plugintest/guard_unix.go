//go:build unix

package plugintest

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// guard starts a shell that waits for the end of this process, however that
// comes, and then ends the Envoy with that process id and deletes its files. A
// test binary has no other place to do it: Go runs nothing after the last test,
// and a test that panics or takes too long ends the process at once.
func guard(pid int, dir string) error {
	in, out, err := os.Pipe()
	if err != nil {
		return err
	}
	defer in.Close()
	cmd := exec.Command("/bin/sh", "-c", `read -r never; kill -9 "$1" 2>/dev/null; rm -rf -- "$2"`, "sh", strconv.Itoa(pid), dir)
	cmd.Stdin = in
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt is not for it
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("the guard of Envoy's files: %w", err)
	}
	// Nobody writes to it; it is closed when this process ends.
	guarded.keep = append(guarded.keep, out)
	go func() { _ = cmd.Wait() }()
	return nil
}

// guarded keeps the pipes open, which the garbage collector would close.
var guarded struct{ keep []*os.File }
