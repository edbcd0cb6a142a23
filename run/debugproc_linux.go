package run

import (
	"os/exec"
	"syscall"
)

// tether makes the debugger end with this process, however that ends; the plugin
// under it ends then, too. Ctrl-C in the terminal is for this process, which ends
// it in order.
func tether(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT}
}
