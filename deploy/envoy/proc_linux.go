package envoy

import (
	"os/exec"
	"syscall"
)

// detach gives Envoy its own process group, so that an interrupt typed at a
// terminal reaches only us and we stop Envoy in order; and has the kernel kill
// it should we die without doing so.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// killGroup kills Envoy and whatever it started.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }

// terminate asks Envoy to stop.
func terminate(pid int) { _ = syscall.Kill(pid, syscall.SIGTERM) }
