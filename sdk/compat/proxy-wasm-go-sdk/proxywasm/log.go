package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// LogTrace is [proxywasm.LogTrace].
func LogTrace(msg string) {
	proxywasm.LogTrace(msg)
}

// LogTracef is [proxywasm.LogTracef].
func LogTracef(format string, args ...any) {
	proxywasm.LogTracef(format, args...)
}

// LogDebug is [proxywasm.LogDebug].
func LogDebug(msg string) {
	proxywasm.LogDebug(msg)
}

// LogDebugf is [proxywasm.LogDebugf].
func LogDebugf(format string, args ...any) {
	proxywasm.LogDebugf(format, args...)
}

// LogInfo is [proxywasm.LogInfo].
func LogInfo(msg string) {
	proxywasm.LogInfo(msg)
}

// LogInfof is [proxywasm.LogInfof].
func LogInfof(format string, args ...any) {
	proxywasm.LogInfof(format, args...)
}

// LogWarn is [proxywasm.LogWarn].
func LogWarn(msg string) {
	proxywasm.LogWarn(msg)
}

// LogWarnf is [proxywasm.LogWarnf].
func LogWarnf(format string, args ...any) {
	proxywasm.LogWarnf(format, args...)
}

// LogError is [proxywasm.LogError].
func LogError(msg string) {
	proxywasm.LogError(msg)
}

// LogErrorf is [proxywasm.LogErrorf].
func LogErrorf(format string, args ...any) {
	proxywasm.LogErrorf(format, args...)
}

// LogCritical is [proxywasm.LogCritical].
func LogCritical(msg string) {
	proxywasm.LogCritical(msg)
}

// LogCriticalf is [proxywasm.LogCriticalf].
func LogCriticalf(format string, args ...any) {
	proxywasm.LogCriticalf(format, args...)
}
