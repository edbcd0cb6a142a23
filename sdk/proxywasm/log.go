package proxywasm

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

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
func LogTrace(msg string) { abi.Log(abi.LogTrace, msg) }

// LogDebug writes msg to the host's log at level debug.
func LogDebug(msg string) { abi.Log(abi.LogDebug, msg) }

// LogInfo writes msg to the host's log at level info.
func LogInfo(msg string) { abi.Log(abi.LogInfo, msg) }

// LogWarn writes msg to the host's log at level warn.
func LogWarn(msg string) { abi.Log(abi.LogWarn, msg) }

// LogError writes msg to the host's log at level error.
func LogError(msg string) { abi.Log(abi.LogError, msg) }

// LogCritical writes msg to the host's log at level critical.
func LogCritical(msg string) { abi.Log(abi.LogCritical, msg) }
