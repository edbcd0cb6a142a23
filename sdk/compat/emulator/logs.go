package emulator

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// Log implements abi.Host.
func (h hostcalls) Log(level abi.LogLevel, msg string) abi.Status {
	if int(level) >= len(h.logs) {
		return abi.StatusBadArgument
	}
	h.logs[level] = append(h.logs[level], msg)
	return abi.StatusOK
}

// GetLogLevel implements abi.Host: everything is logged.
func (h hostcalls) GetLogLevel() (abi.LogLevel, abi.Status) { return abi.LogTrace, abi.StatusOK }

// GetTraceLogs implements HostEmulator.
func (e *emulator) GetTraceLogs() []string { return e.logs[abi.LogTrace] }

// GetDebugLogs implements HostEmulator.
func (e *emulator) GetDebugLogs() []string { return e.logs[abi.LogDebug] }

// GetInfoLogs implements HostEmulator.
func (e *emulator) GetInfoLogs() []string { return e.logs[abi.LogInfo] }

// GetWarnLogs implements HostEmulator.
func (e *emulator) GetWarnLogs() []string { return e.logs[abi.LogWarn] }

// GetErrorLogs implements HostEmulator.
func (e *emulator) GetErrorLogs() []string { return e.logs[abi.LogError] }

// GetCriticalLogs implements HostEmulator.
func (e *emulator) GetCriticalLogs() []string { return e.logs[abi.LogCritical] }
