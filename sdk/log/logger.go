package log

import (
	"github.com/sluiceproxy/sluice/sdk/internal/format"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// Logger is the default Log. The zero value writes lines without a name.
type Logger struct {
	plugin, id string
	ids        func() (pluginID, requestID string)
}

var _ Log = (*Logger)(nil)

// New returns a logger for a plugin. ids, which may be nil, is asked for the
// plugin id and the x-request-id of the current stream, only when a line is
// really written. An empty plugin id stands for the one that ResetID has set,
// an empty request id prints as "nil".
func New(plugin string, ids func() (pluginID, requestID string)) *Logger {
	return &Logger{plugin: plugin, ids: ids}
}

// ResetID implements Log; "" is the same as "nil".
func (l *Logger) ResetID(pluginID string) { l.id = pluginID }

// Trace implements Log.
func (l *Logger) Trace(msg string) { l.log(LevelTrace, msg) }

// Tracef implements Log.
func (l *Logger) Tracef(format string, args ...interface{}) { l.logf(LevelTrace, format, args) }

// Debug implements Log.
func (l *Logger) Debug(msg string) { l.log(LevelDebug, msg) }

// Debugf implements Log.
func (l *Logger) Debugf(format string, args ...interface{}) { l.logf(LevelDebug, format, args) }

// Info implements Log.
func (l *Logger) Info(msg string) { l.log(LevelInfo, msg) }

// Infof implements Log.
func (l *Logger) Infof(format string, args ...interface{}) { l.logf(LevelInfo, format, args) }

// Warn implements Log.
func (l *Logger) Warn(msg string) { l.log(LevelWarn, msg) }

// Warnf implements Log.
func (l *Logger) Warnf(format string, args ...interface{}) { l.logf(LevelWarn, format, args) }

// Error implements Log.
func (l *Logger) Error(msg string) { l.log(LevelError, msg) }

// Errorf implements Log.
func (l *Logger) Errorf(format string, args ...interface{}) { l.logf(LevelError, format, args) }

// Critical implements Log.
func (l *Logger) Critical(msg string) { l.log(LevelCritical, msg) }

// Criticalf implements Log.
func (l *Logger) Criticalf(format string, args ...interface{}) { l.logf(LevelCritical, format, args) }

func (l *Logger) log(level Level, msg string) {
	if Enabled(level) {
		l.write(level, msg)
	}
}

func (l *Logger) logf(level Level, msgFormat string, args []interface{}) {
	if Enabled(level) {
		l.write(level, format.Sprintf(msgFormat, args...))
	}
}

func (l *Logger) write(level Level, msg string) {
	id, request := "", ""
	if l.ids != nil {
		id, request = l.ids()
	}
	if id == "" {
		id = l.id
	}
	line := make([]byte, 0, len(l.plugin)+len(id)+len(request)+len(msg)+16)
	line = appendField(line, l.plugin)
	line = appendField(line, id)
	line = appendField(line, request)
	emit(level, string(append(line, msg...)))
}

// appendField appends "[s] ".
func appendField(line []byte, s string) []byte {
	if s == "" {
		s = "nil"
	}
	line = append(line, '[')
	line = append(line, s...)
	return append(line, "] "...)
}

// emit writes a line; package proxywasm escapes what would break it.
func emit(level Level, line string) {
	switch level {
	case LevelTrace:
		proxywasm.LogTrace(line)
	case LevelDebug:
		proxywasm.LogDebug(line)
	case LevelInfo:
		proxywasm.LogInfo(line)
	case LevelWarn:
		proxywasm.LogWarn(line)
	case LevelError:
		proxywasm.LogError(line)
	default:
		proxywasm.LogCritical(line)
	}
}
