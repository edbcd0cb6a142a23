package call

import (
	"context"
	"errors"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/internal/coroutine"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Reasons why a call has no result. Compare with errors.Is; StatusCode has the
// HTTP status for each.
var (
	// ErrTimeout (504): no answer in time. It is a context.DeadlineExceeded.
	ErrTimeout error = &reason{"no answer in time", 504, context.DeadlineExceeded}
	// ErrRefused (503): the cluster has no host that takes a connection.
	ErrRefused error = &reason{"the service can't be reached", 503, nil}
	// ErrReset (502): the connection ended before the answer did.
	ErrReset error = &reason{"the connection was lost before the answer was there", 502, nil}
	// ErrUnknownCluster (503): the gateway has no such cluster, which is most
	// likely a mistake in a configuration.
	ErrUnknownCluster error = &reason{"the gateway has no such cluster", 503, nil}
	// ErrStreamEnded (500): the stream is over, most likely because the client
	// has gone; the handler should return. It is a context.Canceled.
	ErrStreamEnded error = &reason{"the stream has ended", 500, context.Canceled}
	// ErrNoHandler (500): the caller is not a straight-line handler, see
	// wrapper.HandleRequestHeaders; nothing was sent.
	ErrNoHandler error = &reason{"only a straight-line handler can wait: register it with one of wrapper's Handle options", 500, nil}
	// ErrContended (503): other workers kept changing the same shared data.
	ErrContended error = &reason{"other workers kept changing the same shared data", 503, nil}
)

// reason is a sentinel error.
type reason struct {
	text   string
	status int
	is     error // a standard error that it is, too; nil for none
}

// Error implements error.
func (r *reason) Error() string { return r.text }

// Is implements errors.Is.
func (r *reason) Is(target error) bool { return r.is != nil && target == r.is }

// Error is a call that has no result.
type Error struct {
	// Op is what was called: "GET /check" without the query, a Redis command's
	// name, "sleep".
	Op string
	// Cluster is the cluster's name, "" where none was involved.
	Cluster string
	// Detail is what the gateway said about it, "" for nothing.
	Detail string
	// Err is one of the reasons above, or an error of package types.
	Err error
}

// Error implements error.
func (e *Error) Error() string {
	text := e.Op
	if e.Cluster != "" {
		text += " at cluster " + strconv.Quote(e.Cluster)
	}
	text += ": " + e.Err.Error()
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// StatusCode returns the HTTP status that tells a client of err: 504 for a
// timeout, 503 for a service that can't be reached, 502 for one that broke off,
// 500 for anything else and 200 for nil.
func StatusCode(err error) int {
	if err == nil {
		return 200
	}
	if r := new(reason); errors.As(err, &r) {
		return r.status
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return 504
	}
	return 500
}

// waitError gives what ended a wait its public error.
func waitError(err error) error {
	switch err {
	case coroutine.ErrDeadline:
		return ErrTimeout
	case coroutine.ErrEnded:
		return ErrStreamEnded
	case coroutine.ErrNoHandler:
		return ErrNoHandler
	}
	return err
}

// sendError gives a host's refusal of a call its public error.
func sendError(err error) (detail string, public error) {
	switch {
	case errors.Is(err, types.ErrorStatusBadArgument):
		return "", ErrUnknownCluster
	case errors.Is(err, types.ErrorInternalFailure):
		return err.Error(), ErrRefused
	}
	return "", err
}
