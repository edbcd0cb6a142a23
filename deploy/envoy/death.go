package envoy

import (
	"fmt"
	"strings"
	"time"
)

// death picks from the end of Envoy's log why the process ended. kill is
// Options.WorkerKill.
func death(lines []Line, kill time.Duration) string {
	for _, l := range lines {
		if watchdogKill(l) {
			return fmt.Sprintf("its watchdog ended it, because a worker thread was stuck for more than %s (WorkerKill): "+
				"look for a plugin's loop that doesn't end or a computation that takes so long", kill)
		}
	}
	if why := reason(lines); why != "" {
		return why
	}
	return lastText(lines)
}

// watchdogKill recognises what the watchdog says when it ends the process: by a
// signal to the stuck thread, or itself where that has no effect.
func watchdogKill(l Line) bool {
	return strings.HasPrefix(l.Text, "Watchdog AbortAction terminating thread") ||
		strings.Contains(l.Text, "GuardDog: one thread") && strings.Contains(l.Text, "stuck for more than watchdog_kill_timeout")
}

// lastText returns the last serious line that is no address of a stack, or the
// last of all.
func lastText(lines []Line) string {
	last := "it wrote nothing"
	for _, l := range lines {
		if l.Text != "" && l.Component != "backtrace" {
			last = l.Text
		}
	}
	for i := len(lines) - 1; i >= 0; i-- {
		l := lines[i]
		if serious(l.Level) && (l.Component != "backtrace" || strings.HasPrefix(l.Text, "Caught ")) {
			return l.Text
		}
	}
	return last
}
