package plugintest

// Level is how severe a log line is, in the numbers of the Proxy-Wasm ABI.
// Plugins log at Debug and above; Trace is off on all engines.
type Level uint32

// The levels, least severe first.
const (
	Trace Level = iota
	Debug
	Info
	Warn
	Error
	Critical
)

// String is the level's name in Envoy's words, such as "warning".
func (l Level) String() string {
	names := [...]string{"trace", "debug", "info", "warning", "error", "critical"}
	if int(l) >= len(names) {
		return "unknown"
	}
	return names[l]
}

// parseLevel reads the name of a level; unknown ones are Info.
func parseLevel(name string) Level {
	for l := Trace; l <= Critical; l++ {
		if l.String() == name {
			return l
		}
	}
	return Info
}
