//go:build !linux

package run

import "os/exec"

// tether does nothing: only Linux can tell a process that its parent has ended.
func tether(*exec.Cmd) {}
