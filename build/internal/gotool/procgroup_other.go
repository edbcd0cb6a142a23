//go:build !unix

package gotool

import (
	"os/exec"
	"time"
)

// ownGroup bounds how long the end of cmd's context is waited for. There are
// no process groups here: only the go command itself is killed.
func ownGroup(cmd *exec.Cmd) { cmd.WaitDelay = 5 * time.Second }

func endGroup(*exec.Cmd) {}
