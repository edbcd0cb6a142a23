package prepare

import (
	"errors"
	"fmt"
)

// ErrChecksum is in the error about a module or an image that isn't the one that the
// resource's sha256 names.
var ErrChecksum = errors.New("other than the resource's sha256")

// ErrUnsupported is in the error about a URL that can't be fetched.
var ErrUnsupported = errors.New("not a URL of a module")

// ErrUnverifiable is in the error about a module that no policy can judge.
var ErrUnverifiable = errors.New("the policy can't judge it")

// ErrNone is in the error about a plugin that was never served.
var ErrNone = errors.New("nothing was served for it before")

// Error says which step of which plugin failed, and on which side.
type Error struct {
	// Plugin is the plugin's key.
	Plugin string
	// Step is what failed.
	Step Step
	// Side is who is to look: "registry", "server" (of http), "file", "resource",
	// "policy", "module", "config", "disk" (of this process) or "caller" (who gave up).
	Side string
	// Err is why.
	Err error
}

// Error is one line.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s: %v", e.Plugin, e.Step, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }
