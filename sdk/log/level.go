package log

import "github.com/sluiceproxy/sluice/sdk/proxywasm"

// Level is the severity of a line, in the Proxy-Wasm ABI's numbers.
type Level uint32

// The levels, from the least severe.
const (
	LevelTrace Level = iota
	LevelDebug
	LevelInfo
	LevelWarn
	LevelError
	LevelCritical
)

// maxAge is how many lines may be tried before the host is asked again for its
// level, so that a change at runtime is seen.
const maxAge = 256

// cached is the host's level as it was read last.
var cached struct {
	level Level
	left  uint32 // lines until it is read again
}

// Enabled reports whether the host keeps lines of a level. It costs a compare;
// once in 256 calls it asks the host, so a changed level takes effect within
// so many lines. Where the host can't tell, every line counts as kept.
func Enabled(l Level) bool {
	if cached.left == 0 {
		RefreshLevel()
	}
	cached.left--
	return l >= cached.level
}

// RefreshLevel reads the level from the host. The wrapper does that whenever a
// plugin is configured.
func RefreshLevel() {
	level, err := proxywasm.LogLevel()
	if err != nil {
		level = uint32(LevelTrace)
	}
	cached.level, cached.left = Level(level), maxAge
}
