package agent

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Printer writes events, one line each. It is safe for concurrent use.
type Printer struct {
	w    io.Writer
	json bool
	mu   sync.Mutex
}

// NewPrinter returns a printer of text for people, or of one JSON object a line
// with its kind under "event".
func NewPrinter(w io.Writer, asJSON bool) *Printer { return &Printer{w: w, json: asJSON} }

// Print writes one event.
func (p *Printer) Print(e Event) {
	line := text(e)
	if p.json {
		line = object(e)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = io.WriteString(p.w, line+"\n") // a reader that went away stops nothing
}

// object renders {"event": kind, …fields}. Every event has a field.
func object(e Event) string {
	b, err := json.Marshal(e)
	if err != nil {
		b, _ = json.Marshal(Warning{Text: err.Error()})
	}
	return `{"event":"` + e.kind() + `",` + string(b[1:])
}

func text(e Event) string {
	switch e := e.(type) {
	case Ready:
		return fmt.Sprintf("ready for Envoy on %s, for the control plane on %s", plain(e.Listen), plain(e.Server))
	case Connected:
		return "connected " + plain(e.Node)
	case Disconnected:
		return "disconnected " + plain(e.Node) + ", which keeps what it has"
	case Upstream:
		return upstreamText(e)
	case Fetched:
		return fetchedText(e)
	case Accepted:
		return acceptedText(e)
	case Refused:
		return fmt.Sprintf("not reloaded on %s, the old version of %s serves on: %s", plain(e.Node), plain(e.Resource), plain(e.Reason))
	case Failed:
		return fmt.Sprintf("not loaded for %s, %s (Envoy has: %s; again in %s): %s", plain(e.Node), plain(e.Resource), e.Serves, round(e.Retry), plain(e.Err))
	case Restored:
		return fmt.Sprintf("restored %s: %d resources from the disk", plain(e.Node), e.Resources)
	case Warning:
		return "warning: " + strings.TrimSpace(plain(e.Node)+" "+plain(e.Text))
	}
	return fmt.Sprint(e)
}

func upstreamText(e Upstream) string {
	if e.Err != "" {
		return fmt.Sprintf("no control plane for %s on %s (again in %s): %s", plain(e.Node), plain(e.Server), round(e.Retry), plain(e.Err))
	}
	return fmt.Sprintf("asking the control plane on %s for %s", plain(e.Server), plain(e.Node))
}

func fetchedText(e Fetched) string {
	line := "loaded " + plain(e.Resource) + " of " + plain(e.URL)
	if e.FromStore {
		line += " from the store"
	}
	line += ": sha256:" + e.SHA256
	if e.Rule != "" {
		line += ", accepted by " + plain(e.Rule)
	}
	return line + " in " + round(e.Took).String()
}

func acceptedText(e Accepted) string {
	what := plain(e.Resource)
	if e.StandIn {
		what = "what stands in for " + what
	}
	if e.Took == 0 {
		return fmt.Sprintf("%s has %s", plain(e.Node), what)
	}
	return fmt.Sprintf("reloaded %s on %s in %s", what, plain(e.Node), round(e.Took))
}

// round drops digits that nobody reads.
func round(d time.Duration) time.Duration {
	if d < time.Second {
		return d.Round(100 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}

// plain keeps what others wrote to one line, and from acting on a terminal.
func plain(s string) string {
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
