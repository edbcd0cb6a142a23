// Package log is [github.com/sluiceproxy/sluice/sdk/log] under the path that
// existing plugins import.
package log

import "github.com/sluiceproxy/sluice/sdk/log"

// Log is [log.Log].
type Log = log.Log

// SetPluginLog is [log.SetPluginLog].
func SetPluginLog(l Log) {
	log.SetPluginLog(l)
}

// SetSafeLogEnabled is [log.SetSafeLogEnabled].
func SetSafeLogEnabled(enabled bool) {
	log.SetSafeLogEnabled(enabled)
}

// IsSafeLogEnabled is [log.IsSafeLogEnabled].
func IsSafeLogEnabled() bool {
	return log.IsSafeLogEnabled()
}

// Trace is [log.Trace].
func Trace(msg string) {
	log.Trace(msg)
}

// Tracef is [log.Tracef].
func Tracef(format string, args ...any) {
	log.Tracef(format, args...)
}

// Debug is [log.Debug].
func Debug(msg string) {
	log.Debug(msg)
}

// Debugf is [log.Debugf].
func Debugf(format string, args ...any) {
	log.Debugf(format, args...)
}

// Info is [log.Info].
func Info(msg string) {
	log.Info(msg)
}

// Infof is [log.Infof].
func Infof(format string, args ...any) {
	log.Infof(format, args...)
}

// Warn is [log.Warn].
func Warn(msg string) {
	log.Warn(msg)
}

// Warnf is [log.Warnf].
func Warnf(format string, args ...any) {
	log.Warnf(format, args...)
}

// Error is [log.Error].
func Error(msg string) {
	log.Error(msg)
}

// Errorf is [log.Errorf].
func Errorf(format string, args ...any) {
	log.Errorf(format, args...)
}

// Critical is [log.Critical].
func Critical(msg string) {
	log.Critical(msg)
}

// Criticalf is [log.Criticalf].
func Criticalf(format string, args ...any) {
	log.Criticalf(format, args...)
}

// UnsafeInfo is [log.UnsafeInfo].
func UnsafeInfo(msg string) {
	log.UnsafeInfo(msg)
}

// UnsafeInfof is [log.UnsafeInfof].
func UnsafeInfof(format string, args ...any) {
	log.UnsafeInfof(format, args...)
}
