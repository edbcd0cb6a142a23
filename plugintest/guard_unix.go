//go:build unix

package plugintest

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// endScript waits for the end of its input. The process that it kills must be the
// Envoy with these files: by then another one could have its id.
const endScript = `read -r never; ps -p "$1" -o args= 2>/dev/null | grep -qF -- "$2" && kill -9 "$1"; rm -rf -- "$2"`

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
	cmd := exec.Command("/bin/sh", "-c", endScript, "sh", strconv.Itoa(pid), dir)
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
