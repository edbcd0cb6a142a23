package cases

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sluiceproxy/sluice/plugintest"
)

// checkLogs waits for the lines that must be there.
func (r *runner) checkLogs() {
	r.t.Helper()
	for _, l := range r.c.Logs {
		if l.Contains == "" && l.Regex == "" {
			continue
		}
		found := false
		r.gw.Eventually(l.String(), func() bool {
			for _, line := range r.gw.Logs() {
				if l.matches(line) {
					r.gw.AllowLog(line.Text)
					found = true
				}
			}
			return found
		})
		if !found {
			r.t.Errorf("the log is\n%s", lines(r.gw.Logs()))
		}
	}
}

// checkNotLogged looks for lines that must not be there.
func (r *runner) checkNotLogged() {
	if r.gw == nil {
		return
	}
	for _, l := range r.c.Logs {
		if l.Not == "" {
			continue
		}
		for _, line := range r.gw.Logs() {
			if l.Level.is(line.Level) && strings.Contains(line.Text, l.Not) {
				r.t.Errorf("a log line has %q in it: %s", l.Not, line)
			}
		}
	}
}

func (l *Log) matches(line plugintest.Line) bool {
	return l.Level.is(line.Level) && strings.Contains(line.Text, l.Contains) &&
		(l.Regex == "" || regexp.MustCompile(l.Regex).MatchString(line.Text)) // Load has compiled it
}

// String says which line is waited for.
func (l *Log) String() string {
	text := "a log line"
	if l.Level != "" {
		text += " of level " + string(l.Level)
	}
	if l.Contains != "" {
		text += fmt.Sprintf(" with %q", l.Contains)
	}
	if l.Regex != "" {
		text += " that matches " + l.Regex
	}
	return text
}

func lines(list []plugintest.Line) string {
	if len(list) == 0 {
		return "\t(empty)"
	}
	var b strings.Builder
	for _, l := range list {
		b.WriteString("\t" + l.String() + "\n")
	}
	return b.String()
}
