// Package log is what plugins write their log lines with, through the Log that
// their callbacks are given or through the functions of this package.
//
// A line of the default logger is
//
//	[plugin name] [plugin id] [x-request-id] message
//
// where a missing id is "nil". A line below the host's level is dropped before
// it is formatted; a line that is written has its control characters escaped,
// so that a header's value can't fake another line.
package log

// Log writes lines at the six levels of the Proxy-Wasm ABI. The f forms take a
// format of package fmt, without %[1]d and %#v.
type Log interface {
	Trace(msg string)
	Tracef(format string, args ...interface{})
	Debug(msg string)
	Debugf(format string, args ...interface{})
	Info(msg string)
	Infof(format string, args ...interface{})
	Warn(msg string)
	Warnf(format string, args ...interface{})
	Error(msg string)
	Errorf(format string, args ...interface{})
	Critical(msg string)
	Criticalf(format string, args ...interface{})
	// ResetID sets the plugin id of the lines to come: the configuration's
	// _plugin_id_, or "nil" where it has none.
	ResetID(pluginID string)
}

// pluginLog takes the lines of the package's functions. A VM is one thread and
// has one plugin module, hence one logger.
var pluginLog Log = New("nil", nil)

// SetPluginLog makes l take the lines of this package's functions. The wrapper
// does that for the plugin's logger; nil restores a default one.
func SetPluginLog(l Log) {
	if l == nil {
		l = New("nil", nil)
	}
	pluginLog = l
}

// Trace writes a line at level trace.
func Trace(msg string) { pluginLog.Trace(msg) }

// Tracef writes a formatted line at level trace.
func Tracef(format string, args ...interface{}) { pluginLog.Tracef(format, args...) }

// Debug writes a line at level debug.
func Debug(msg string) { pluginLog.Debug(msg) }

// Debugf writes a formatted line at level debug.
func Debugf(format string, args ...interface{}) { pluginLog.Debugf(format, args...) }

// Info writes a line at level info.
func Info(msg string) { pluginLog.Info(msg) }

// Infof writes a formatted line at level info.
func Infof(format string, args ...interface{}) { pluginLog.Infof(format, args...) }

// Warn writes a line at level warn.
func Warn(msg string) { pluginLog.Warn(msg) }

// Warnf writes a formatted line at level warn.
func Warnf(format string, args ...interface{}) { pluginLog.Warnf(format, args...) }

// Error writes a line at level error.
func Error(msg string) { pluginLog.Error(msg) }

// Errorf writes a formatted line at level error.
func Errorf(format string, args ...interface{}) { pluginLog.Errorf(format, args...) }

// Critical writes a line at level critical.
func Critical(msg string) { pluginLog.Critical(msg) }

// Criticalf writes a formatted line at level critical.
func Criticalf(format string, args ...interface{}) { pluginLog.Criticalf(format, args...) }
