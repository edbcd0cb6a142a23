package serve

import (
	"fmt"
	"io"

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
		return readyText(e)
	case Loaded:
		return loadedText(e)
	case Reloaded:
		if e.Took == 0 {
			return lines.Plain(e.Node) + " has " + lines.Plain(e.What)
		}
		return fmt.Sprintf("reloaded %s on %s in %s", lines.Plain(e.What), lines.Plain(e.Node), lines.Round(e.Took))
	case Refused:
		return fmt.Sprintf("not reloaded on %s, the old version of %s serves on: %s", lines.Plain(e.Node), lines.Plain(e.What), lines.Plain(e.Reason))
	case Failed:
		return failedText(e)
	case Fixed:
		return lines.Plain(e.What) + " is as it must be again"
	case Removed:
		return "removed " + lines.Plain(e.Plugin)
	case Connected:
		return fmt.Sprintf("connected %s (Envoy %s) from %s", lines.Plain(e.Node), lines.Plain(e.Envoy), lines.Plain(e.Address))
	case Disconnected:
		return fmt.Sprintf("disconnected %s from %s", lines.Plain(e.Node), lines.Plain(e.Address))
	case Canary:
		return canaryText(e)
	case Warning:
		return "warning: " + lines.Plain(e.Text)
	}
	return fmt.Sprint(e)
}

func readyText(e Ready) string {
	line := fmt.Sprintf("serving %d plugins of %s", e.Plugins, lines.Plain(e.Directory))
	if e.XDS != "" {
		line += " to Envoys on " + e.XDS
	}
	if e.Out != "" {
		line += " as files in " + lines.Plain(e.Out)
	}
	line += " (ready in " + lines.Round(e.Took).String() + ")"
	if e.Admin != "" {
		line += "\n  sluice status --server " + e.Admin
	}
	return line
}

func loadedText(e Loaded) string {
	line := "loaded " + lines.Plain(e.Plugin)
	if e.LastGood {
		line += " as it served last"
	}
	line += " of " + lines.Plain(e.URL)
	if e.FromStore && !e.LastGood {
		line += " from the store"
	}
	if e.Digest != "" {
		return line + ": " + lines.Plain(e.Digest)
	}
	return line + ": sha256:" + e.SHA256
}

func canaryText(e Canary) string {
	var line string
	switch e.Phase {
	case "running":
		line = fmt.Sprintf("canary of %s gets %d%% of the requests", lines.Plain(e.Plugin), e.Percent)
		if e.Header != "" {
			line += ", and those with " + lines.Plain(e.Header)
		}
	case "promoted":
		line = "canary of " + lines.Plain(e.Plugin) + " promoted, it gets all requests"
	default:
		line = "canary of " + lines.Plain(e.Plugin) + " rolled back, the old version serves on"
	}
	if e.Reason != "" {
		line += ": " + lines.Plain(e.Reason)
	}
	return line
}

func failedText(e Failed) string {
	switch {
	case e.What == "":
		return "not reloaded, what served before serves on: " + lines.Plain(e.Err)
	case e.LeftOut:
		return fmt.Sprintf("left out %s, of which there is no version: %s", lines.Plain(e.What), lines.Plain(e.Err))
	default:
		return fmt.Sprintf("not reloaded, the old version of %s serves on: %s", lines.Plain(e.What), lines.Plain(e.Err))
	}
}
