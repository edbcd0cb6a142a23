package plugin

import (
	"context"
	"net/http"
)

// Handler is a plugin.
type Handler interface {
	// ProcessRequest sees a request before upstream does.
	ProcessRequest(ctx context.Context, req *http.Request) *Result
	// ProcessResponse sees a response, upstream's or one that the gateway made
	// up, before the client does. resp.Request is the request of ProcessRequest
	// as the handlers left it, without its body.
	ProcessResponse(ctx context.Context, resp *http.Response) *Result
	// Name identifies the handler among those of its module: in logs and as its
	// key in the configuration. It must not be empty.
	Name() string
	// Priority is the handler's place: lower numbers run first.
	Priority() int
	// Cleanup is called once, when the handler's configuration is no longer in
	// use and its last exchange is over. An error is logged.
	Cleanup() error
}

// Configurer is a handler that takes a configuration.
type Configurer interface {
	// Configure is called once, before the first request, with the handler's
	// JSON object, {} where there is none. With an error the gateway refuses the
	// configuration, and the one before stays in force.
	Configure(json []byte) error
}

// Action is what becomes of a message.
type Action int

const (
	// Continue lets the message go on.
	Continue Action = iota
	// Stop answers the client; see NewResult.
	Stop
	// Modify lets the message go on. It is Continue by another name: what was
	// changed goes on in either case.
	Modify
)

// String returns the action's name.
func (a Action) String() string {
	switch a {
	case Continue:
		return "Continue"
	case Stop:
		return "Stop"
	case Modify:
		return "Modify"
	}
	return "an unknown action"
}
