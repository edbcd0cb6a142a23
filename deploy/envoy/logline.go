package envoy

import "strings"

// Line is one line of Envoy's own log.
type Line struct {
	// Level is Envoy's name: trace, debug, info, warning, error or critical;
	// empty for output that did not come from the logger.
	Level string
	// Component is the logger, such as "wasm", "config" or "main".
	Component string
	// Text may hold line breaks.
	Text string
}

// PluginLine is one log line of a plugin.
type PluginLine struct {
	Level  string // as in [Line]
	Plugin string // empty where Envoy doesn't say which plugin it was
	Text   string // a Go panic with its trace is one text of several lines
	VMID   string // as in [Plugin]; empty where Envoy doesn't say
}

// Envoy's logger is told to write lines that can be told apart from anything
// else on standard error: a mark, level, logger, and the message with line
// breaks escaped as in JSON.
const (
	logMark   = "~sluice"
	logFormat = logMark + "|%l|%n|%j"
)

// parseLine reads a line in logFormat. Anything else becomes the text of a line
// without level.
func parseLine(s string) Line {
	parts := strings.SplitN(s, "|", 4)
	if len(parts) != 4 || parts[0] != logMark {
		return Line{Text: s}
	}
	return Line{Level: parts[1], Component: parts[2], Text: unescape(parts[3])}
}

// unescape undoes the escapes of %j. Envoy escapes as JSON does but leaves
// bytes beyond ASCII alone, so invalid escapes are kept as they are.
func unescape(s string) string {
	if !strings.ContainsRune(s, '\\') {
		return s
	}
	return unescaper.Replace(s)
}

var unescaper = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t", `\r`, "\r", `\"`, `"`, `\/`, "/",
	`\b`, "\b", `\f`, "\f", `\u001b`, "\x1b")

// pluginLine picks "wasm log name: text" apart; name is followed by the root
// and the VM id where they are set. staged is true for lines from the staging
// slot.
func pluginLine(l Line) (p PluginLine, staged, ok bool) {
	rest, found := strings.CutPrefix(l.Text, "wasm log")
	if l.Component != "wasm" || !found {
		return PluginLine{}, false, false
	}
	prefix, text, found := strings.Cut(rest, ": ")
	if !found {
		if prefix, found = strings.CutSuffix(rest, ":"); !found {
			return PluginLine{}, false, false
		}
	}
	words := strings.Fields(prefix)
	p = PluginLine{Level: l.Level, Text: text}
	if len(words) > 0 {
		p.Plugin = words[0]
		staged = words[len(words)-1] == stagingName
		if len(words) > 1 {
			p.VMID = words[len(words)-1]
		}
	}
	return p, staged, true
}
