package plugintest

import (
	"strings"
	"sync"
	"testing"
	"time"
)

// Line is a line of the plugin's log, or of the gateway's.
type Line struct {
	Level Level
	// Text may hold line breaks.
	Text string
}

// String is level and text.
func (l Line) String() string { return l.Level.String() + ": " + l.Text }

// logs are the lines of one test case.
type logs struct {
	mu       sync.Mutex
	lines    []Line
	expected []Line // level and a part of the text
}

func (l *logs) add(level Level, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, Line{level, text})
}

func (l *logs) all() []Line {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]Line(nil), l.lines...)
}

func (l *logs) expect(level Level, part string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.expected = append(l.expected, Line{level, part})
}

// find returns whether a line of that level has the text in it.
func (l *logs) find(level Level, part string) bool {
	for _, line := range l.all() {
		if line.Level == level && strings.Contains(line.Text, part) {
			return true
		}
	}
	return false
}

// unexpected are the lines of errors that no test asked for.
func (l *logs) unexpected() (lines []Line) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.lines {
		if line.Level >= Error && !l.expects(line) {
			lines = append(lines, line)
		}
	}
	return lines
}

func (l *logs) expects(line Line) bool {
	for _, e := range l.expected {
		if e.Level == line.Level && strings.Contains(line.Text, e.Text) {
			return true
		}
	}
	return false
}

// soon is how long an assertion waits for what comes a little later than the
// response, such as what a plugin logs at the end of a stream.
const soon = 3 * time.Second

// eventually calls f until it says yes, for at most soon.
func eventually(f func() bool) bool {
	for end := time.Now().Add(soon); ; time.Sleep(time.Millisecond) {
		if f() {
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}

// Logs returns what the plugin and the gateway have logged so far, oldest first.
// On Envoy lines come a moment later than the response; WantLog waits for them.
func (gw *Gateway) Logs() []Line { return gw.logs.all() }

// WantLog fails the test unless a line of that level, with the text in it, is
// there or comes soon. Such lines are no longer unexpected errors.
func (gw *Gateway) WantLog(level Level, text string) {
	gw.t.Helper()
	gw.logs.expect(level, text)
	if !eventually(func() bool { return gw.logs.find(level, text) }) {
		gw.t.Errorf("no %s line with %q; the log is\n%s", level, text, indent(gw.logs.all()))
	}
}

// AllowLog is for errors that may be logged: an error or critical line with the
// text in it does not fail the test. Any other such line does, at its end.
func (gw *Gateway) AllowLog(text string) {
	gw.logs.expect(Error, text)
	gw.logs.expect(Critical, text)
}

// check fails the test for errors that it did not expect.
func (l *logs) check(t testing.TB) {
	t.Helper()
	for _, line := range l.unexpected() {
		t.Errorf("unexpected log line (WantLog or AllowLog expects one): %s", line)
	}
}

func indent(lines []Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString("\t" + strings.ReplaceAll(l.String(), "\n", "\n\t") + "\n")
	}
	if len(lines) == 0 {
		return "\t(empty)"
	}
	return b.String()
}
