package run

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Printer writes events, one line each as far as they have one. It is safe for
// concurrent use.
type Printer struct {
	w       io.Writer
	json    bool
	verbose bool
	mu      sync.Mutex
}

// NewPrinter returns a printer of text for people, or of one JSON object a line
// with its kind under "event". Noise is left out unless verbose is set.
func NewPrinter(w io.Writer, asJSON, verbose bool) *Printer {
	return &Printer{w: w, json: asJSON, verbose: verbose}
}

// Print writes one event.
func (p *Printer) Print(e Event) {
	if _, noise := e.(Noise); noise && !p.verbose {
		return
	}
	line := text(e)
	if p.json {
		line = object(e)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = io.WriteString(p.w, line+"\n") // a reader that went away does not stop the gateway
}

// object renders {"event": kind, …fields}.
func object(e Event) string {
	b, err := json.Marshal(e)
	if err != nil {
		b, _ = json.Marshal(Failed{Err: err.Error()})
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
	case Request:
		return requestText(e)
	case Log:
		who := e.Plugin
		if who == "" {
			who = "engine"
		}
		who += ": "
		if strings.HasPrefix(e.Text, "["+e.Plugin+"]") {
			who = "" // the plugin's own log names it
		}
		return clock(e.Time) + " " + fmt.Sprintf("%-5s", e.Level) + " " + plain(who+expandStack(e.Text))
	case Reloaded:
		return fmt.Sprintf("reloaded %s in %s", e.What, round(e.Took))
	case Building:
		return "building " + plain(e.Dir) + " (the first build takes longer)"
	case Loaded:
		return loadedText(e)
	case Failed:
		if e.LeftOut {
			return "left out: " + plain(e.Err)
		}
		return "not reloaded, the old version serves on: " + plain(e.Err)
	case Warning:
		return "warning: " + plain(e.Text)
	case Noise:
		return "  | " + plain(e.Text)
	}
	return fmt.Sprint(e)
}

// loadedText renders "loaded IMAGE from the store: sha256:…, signed by …".
func loadedText(e Loaded) string {
	line := "loaded " + plain(e.Image)
	if e.FromStore {
		line += " from the store"
	}
	line += ": " + e.Digest
	if len(e.Keys) > 0 {
		line += ", signed by " + strings.Join(e.Keys, ", ")
	}
	return line
}

func readyText(e Ready) string {
	var b strings.Builder
	fmt.Fprintf(&b, "serving %s on %s (%s, ready in %s); try:\n", e.Plugins, e.URL, e.Engine, round(e.Took))
	if e.HTTPBin != "" {
		fmt.Fprintf(&b, "  curl %s/get    # httpbin itself\n", e.HTTPBin)
	}
	fmt.Fprintf(&b, "  curl %s/get    # through the plugin", e.URL)
	if e.Admin != "" {
		fmt.Fprintf(&b, "\n  curl %s/stats    # what plugins count", e.Admin)
	}
	return b.String()
}

// requestText renders "15:04:05 200 GET /get 3ms"; how the response came about
// is told where it is not simply the upstream's.
func requestText(r Request) string {
	line := fmt.Sprintf("%s %3d %s %s %s", clock(r.Time), r.Status, plain(r.Method), plain(r.Path), round(r.Took))
	if r.Details != "" && r.Details != "via_upstream" {
		line += " " + plain(r.Details)
	}
	return line
}

func clock(t time.Time) string { return t.Local().Format("15:04:05.000") }

// round keeps three digits or so.
func round(d time.Duration) time.Duration {
	switch {
	case d >= time.Second:
		return d.Round(10 * time.Millisecond)
	case d >= time.Millisecond:
		return d.Round(100 * time.Microsecond)
	}
	return d.Round(time.Microsecond)
}

// plain makes text from a client or a plugin safe to show on a terminal.
func plain(s string) string {
	clean := func(r rune) bool { return r == '\n' || r == '\t' || !unicode.IsControl(r) }
	if strings.IndexFunc(s, func(r rune) bool { return !clean(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if clean(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\x%02x`, r)
		}
	}
	return b.String()
}
