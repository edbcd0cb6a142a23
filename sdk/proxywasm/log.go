package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/format"
)

// The Log functions write one line: line feeds and other control characters are
// escaped (\n, \x1b).

// Log levels, least severe first, as LogLevel returns them.
const (
	LogLevelTrace uint32 = iota
	LogLevelDebug
	LogLevelInfo
	LogLevelWarn
	LogLevelError
	LogLevelCritical
)

// LogTrace writes msg to the host's log at level trace.
func LogTrace(msg string) { logLine(abi.LogTrace, msg) }

// LogDebug writes msg to the host's log at level debug.
func LogDebug(msg string) { logLine(abi.LogDebug, msg) }

// LogInfo writes msg to the host's log at level info.
func LogInfo(msg string) { logLine(abi.LogInfo, msg) }

// LogWarn writes msg to the host's log at level warn.
func LogWarn(msg string) { logLine(abi.LogWarn, msg) }

// LogError writes msg to the host's log at level error.
func LogError(msg string) { logLine(abi.LogError, msg) }

// LogCritical writes msg to the host's log at level critical.
func LogCritical(msg string) { logLine(abi.LogCritical, msg) }

// logLine writes a line with its control characters escaped: what a client sent
// can't forge another line, or command the terminal that shows the log.
func logLine(level abi.LogLevel, msg string) { abi.Log(level, format.OneLine(msg)) }
