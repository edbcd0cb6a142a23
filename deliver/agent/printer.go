package agent

import (
	"fmt"
	"io"
	"strings"

	"github.com/sluiceproxy/sluice/deliver/internal/lines"
)

// Printer writes events, one line each. It is safe for concurrent use.
type Printer = lines.Printer[Event]

// NewPrinter returns a printer of text for people, or of one JSON object a line
// with its kind under "event".
func NewPrinter(w io.Writer, asJSON bool) *Printer {
	if asJSON {
		return lines.New(w, func(e Event) string { return lines.Object(e.kind(), e) })
	}
	return lines.New(w, text)
}

func text(e Event) string {
	switch e := e.(type) {
	case Ready:
		return fmt.Sprintf("ready for Envoy on %s, for the control plane on %s", lines.Plain(e.Listen), lines.Plain(e.Server))
	case Connected:
		return "connected " + lines.Plain(e.Node)
	case Disconnected:
		return "disconnected " + lines.Plain(e.Node) + ", which keeps what it has"
	case Upstream:
		return upstreamText(e)
	case Fetched:
		return fetchedText(e)
	case Accepted:
		return acceptedText(e)
	case Refused:
		return fmt.Sprintf("not reloaded on %s, the old version of %s serves on: %s", lines.Plain(e.Node), lines.Plain(e.Resource), lines.Plain(e.Reason))
	case Failed:
		return fmt.Sprintf("not loaded for %s, %s (Envoy has: %s; again in %s): %s", lines.Plain(e.Node), lines.Plain(e.Resource), e.Serves, lines.Round(e.Retry), lines.Plain(e.Err))
	case Restored:
		return fmt.Sprintf("restored %s: %d resources from the disk", lines.Plain(e.Node), e.Resources)
	case Warning:
		return "warning: " + strings.TrimSpace(lines.Plain(e.Node)+" "+lines.Plain(e.Text))
	}
	return fmt.Sprint(e)
}

func upstreamText(e Upstream) string {
	if e.Err != "" {
		return fmt.Sprintf("no control plane for %s on %s (again in %s): %s", lines.Plain(e.Node), lines.Plain(e.Server), lines.Round(e.Retry), lines.Plain(e.Err))
	}
	return fmt.Sprintf("asking the control plane on %s for %s", lines.Plain(e.Server), lines.Plain(e.Node))
}

func fetchedText(e Fetched) string {
	line := "loaded " + lines.Plain(e.Resource) + " of " + lines.Plain(e.URL)
	if e.FromStore {
		line += " from the store"
	}
	line += ": sha256:" + e.SHA256
	if e.Rule != "" {
		line += ", accepted by " + lines.Plain(e.Rule)
	}
	return line + " in " + lines.Round(e.Took).String()
}

func acceptedText(e Accepted) string {
	what := lines.Plain(e.Resource)
	if e.StandIn {
		what = "what stands in for " + what
	}
	if e.Took == 0 {
		return fmt.Sprintf("%s has %s", lines.Plain(e.Node), what)
	}
	return fmt.Sprintf("reloaded %s on %s in %s", what, lines.Plain(e.Node), lines.Round(e.Took))
}
