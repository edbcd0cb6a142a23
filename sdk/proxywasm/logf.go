package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/internal/format"
)

// LogLevel returns the least severe level that the host's log keeps, one of
// the LogLevel constants; 6 is a log that is off. It asks the host once for
// each callback. A host that doesn't know is an error, and level 0 (trace).
func LogLevel() (level uint32, err error) {
	l, st := dispatch.Current().LogLevel()
	return uint32(l), statusError(st)
}

func logf(level abi.LogLevel, text string, args []any) {
	if least, _ := dispatch.Current().LogLevel(); level < least {
		return
	}
	logLine(level, format.Sprintf(text, args...))
}

// LogTracef writes a line to the host's log at level trace. It formats,
// as fmt.Sprintf does, only where the host's log keeps that level.
func LogTracef(format string, args ...any) { logf(abi.LogTrace, format, args) }

// LogDebugf writes a line to the host's log at level debug. It formats,
// as fmt.Sprintf does, only where the host's log keeps that level.
func LogDebugf(format string, args ...any) { logf(abi.LogDebug, format, args) }

// LogInfof writes a line to the host's log at level info. It formats,
// as fmt.Sprintf does, only where the host's log keeps that level.
func LogInfof(format string, args ...any) { logf(abi.LogInfo, format, args) }

// LogWarnf writes a line to the host's log at level warn. It formats,
// as fmt.Sprintf does, only where the host's log keeps that level.
func LogWarnf(format string, args ...any) { logf(abi.LogWarn, format, args) }

// LogErrorf writes a line to the host's log at level error. It formats,
// as fmt.Sprintf does, only where the host's log keeps that level.
func LogErrorf(format string, args ...any) { logf(abi.LogError, format, args) }

// LogCriticalf writes a line to the host's log at level critical. It formats,
// as fmt.Sprintf does, only where the host's log keeps that level.
func LogCriticalf(format string, args ...any) { logf(abi.LogCritical, format, args) }
