package plugin

import "errors"

// Errors of reading a body, besides those of the context.
var (
	// ErrBodyAfterCall: a handler has waited in a call before; see
	// BodyAfterCalls.
	ErrBodyAfterCall = errors.New("the body can't be read any more, since a handler has waited in a call before: " +
		"read it first, or register with plugin.BodyAfterCalls")
	// ErrBodyGone: the handlers of that message have returned.
	ErrBodyGone = errors.New("the body has left: it can be read until the handlers of its message have returned")
)

// Reasons for which a message is refused with status 500.
var (
	errNoBody     = errors.New("it has no body, and the gateway can't give it one")
	errUpgraded   = errors.New("it is not HTTP behind the headers (an upgrade or CONNECT), so its body can't be replaced")
	errNoURL      = errors.New("the URL was set to nil")
	errNoResponse = errors.New("the status is outside 200 to 599")
	errTooLarge   = errors.New("the new body is larger than 64 MiB")
)
