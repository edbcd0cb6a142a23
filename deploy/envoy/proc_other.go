//go:build !unix

package envoy

import (
	"os"
	"os/exec"
)

// detach does nothing where there are no process groups.
func detach(*exec.Cmd) {}

// killGroup kills Envoy.
func killGroup(pid int) {
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Kill()
	}
}

// terminate is killGroup where there is no signal to ask with.
func terminate(pid int) { killGroup(pid) }
