package log

// State is what the functions of this package go by: the logger and safe mode.
// The zero value is that of a new process.
type State struct {
	log  Log
	safe bool
}

// Swap makes s hold and returns what did before. It is for modules that hold
// several plugins, so that each has its own.
func Swap(s State) (before State) {
	before = State{log: pluginLog, safe: safeLog}
	SetPluginLog(s.log)
	safeLog = s.safe
	return before
}
