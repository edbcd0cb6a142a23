// Package lines writes what a process that runs for long tells: one line an event,
// for people or as JSON.
package lines

import (
	"encoding/json"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Printer writes events, one line each. It is safe for concurrent use.
type Printer[E any] struct {
	w      io.Writer
	render func(E) string
	mu     sync.Mutex
}

// New returns a printer of the lines that render makes of events.
func New[E any](w io.Writer, render func(E) string) *Printer[E] {
	return &Printer[E]{w: w, render: render}
}

// Print writes one event.
func (p *Printer[E]) Print(e E) {
	line := p.render(e)
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = io.WriteString(p.w, line+"\n") // a reader that went away stops nothing
}

// Object renders {"event": kind, …the fields of a struct}.
func Object(kind string, event any) string {
	b, err := json.Marshal(event)
	if err != nil {
		b, _ = json.Marshal(map[string]string{"error": err.Error()})
	}
	head := `{"event":"` + kind + `"`
	if string(b) != "{}" {
		head += ","
	}
	return head + string(b[1:])
}

// Round drops digits that nobody reads.
func Round(d time.Duration) time.Duration {
	if d < time.Second {
		return d.Round(100 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}

// Plain keeps what others wrote to one line, and from acting on a terminal.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return ' '
		case unicode.IsControl(r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.TrimSpace(s))
}
