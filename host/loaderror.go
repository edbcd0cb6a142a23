package host

// LoadError says why a module can't be used. Stock Envoy would refuse such a
// module too.
type LoadError struct {
	// Module is the name that was given to Compile.
	Module string
	// Cause is what is wrong, in one sentence without full stop.
	Cause string
	// Cure is what to do about it, in one sentence without full stop.
	Cure string
	// Err is the error beneath, if any.
	Err error
}

// Error joins module, cause and cure in one line.
func (e *LoadError) Error() string {
	s := e.Module + ": " + e.Cause
	if e.Cure != "" {
		s += "; " + e.Cure
	}
	return s
}

// Unwrap returns the error beneath.
func (e *LoadError) Unwrap() error { return e.Err }
