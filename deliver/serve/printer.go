package serve

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

// object renders {"event": kind, …fields}.
func object(e Event) string {
	b, err := json.Marshal(e)
	if err != nil {
		b, _ = json.Marshal(Warning{Text: err.Error()})
	}
	head := `{"event":"` + e.kind() + `"`
	if string(b) != "{}" {
		head += ","
	}
	return head + string(b[1:])
}

func text(e Event) string {
	switch e := e.(type) {
	case Ready:
		return readyText(e)
	case Loaded:
		return loadedText(e)
	case Reloaded:
		if e.Took == 0 {
			return plain(e.Node) + " has " + plain(e.What)
		}
		return fmt.Sprintf("reloaded %s on %s in %s", plain(e.What), plain(e.Node), round(e.Took))
	case Refused:
		return fmt.Sprintf("not reloaded on %s, the old version of %s serves on: %s", plain(e.Node), plain(e.What), plain(e.Reason))
	case Failed:
		return failedText(e)
	case Fixed:
		return plain(e.What) + " is as it must be again"
	case Removed:
		return "removed " + plain(e.Plugin)
	case Connected:
		return fmt.Sprintf("connected %s (Envoy %s) from %s", plain(e.Node), plain(e.Envoy), plain(e.Address))
	case Disconnected:
		return fmt.Sprintf("disconnected %s from %s", plain(e.Node), plain(e.Address))
	case Canary:
		return canaryText(e)
	case Warning:
		return "warning: " + plain(e.Text)
	}
	return fmt.Sprint(e)
}

func readyText(e Ready) string {
	line := fmt.Sprintf("serving %d plugins of %s", e.Plugins, plain(e.Directory))
	if e.XDS != "" {
		line += " to Envoys on " + e.XDS
	}
	if e.Out != "" {
		line += " as files in " + plain(e.Out)
	}
	line += " (ready in " + round(e.Took).String() + ")"
	if e.Admin != "" {
		line += "\n  sluice status --server " + e.Admin
	}
	return line
}

func loadedText(e Loaded) string {
	line := "loaded " + plain(e.Plugin)
	if e.LastGood {
		line += " as it served last"
	}
	line += " of " + plain(e.URL)
	if e.FromStore && !e.LastGood {
		line += " from the store"
	}
	if e.Digest != "" {
		return line + ": " + plain(e.Digest)
	}
	return line + ": sha256:" + e.SHA256
}

func canaryText(e Canary) string {
	var line string
	switch e.Phase {
	case "running":
		line = fmt.Sprintf("canary of %s gets %d%% of the requests", plain(e.Plugin), e.Percent)
		if e.Header != "" {
			line += ", and those with " + plain(e.Header)
		}
	case "promoted":
		line = "canary of " + plain(e.Plugin) + " promoted, it gets all requests"
	default:
		line = "canary of " + plain(e.Plugin) + " rolled back, the old version serves on"
	}
	if e.Reason != "" {
		line += ": " + plain(e.Reason)
	}
	return line
}

func failedText(e Failed) string {
	switch {
	case e.What == "":
		return "not reloaded, what served before serves on: " + plain(e.Err)
	case e.LeftOut:
		return fmt.Sprintf("left out %s, of which there is no version: %s", plain(e.What), plain(e.Err))
	default:
		return fmt.Sprintf("not reloaded, the old version of %s serves on: %s", plain(e.What), plain(e.Err))
	}
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
