//go:build unix

package gotool

import (
	"os/exec"
	"syscall"
	"time"
)

// patience is how long the go command gets to stop the compilers that it has
// started and to remove its temporary directory.
const patience = 3 * time.Second

// ownGroup makes cmd the leader of a process group of its own, which is
// interrupted as a whole when cmd's context ends: the go command starts
// compilers. What does not end within patience is killed.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = patience
}

// endGroup kills what is left of the group of a command that was interrupted.
func endGroup(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // mostly there is nothing left
	}
}
