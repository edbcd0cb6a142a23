package log

// safeLog is the switch of SetSafeLogEnabled.
var safeLog bool

// SetSafeLogEnabled turns safe mode on or off (the default). In safe mode lines
// that may show users' data, those of UnsafeInfo and UnsafeInfof, are written at
// level debug instead of info.
func SetSafeLogEnabled(enabled bool) { safeLog = enabled }

// IsSafeLogEnabled reports whether safe mode is on.
func IsSafeLogEnabled() bool { return safeLog }

// UnsafeInfo writes a line that may show users' data: at level info, or debug in
// safe mode.
func UnsafeInfo(msg string) {
	if safeLog {
		pluginLog.Debug(msg)
		return
	}
	pluginLog.Info(msg)
}

// UnsafeInfof is UnsafeInfo with a format.
func UnsafeInfof(format string, args ...interface{}) {
	if safeLog {
		pluginLog.Debugf(format, args...)
		return
	}
	pluginLog.Infof(format, args...)
}
