// Package plugin is for plugins written as handlers of net/http's requests and
// responses:
//
//	type greeter struct{}
//
//	func (greeter) ProcessRequest(ctx context.Context, req *http.Request) *plugin.Result {
//		req.Header.Set("X-Greeting", "hello")
//		return plugin.ResultModify
//	}
//	func (greeter) ProcessResponse(context.Context, *http.Response) *plugin.Result {
//		return plugin.ResultModify
//	}
//	func (greeter) Name() string   { return "greeter" }
//	func (greeter) Priority() int  { return 50 }
//	func (greeter) Cleanup() error { return nil }
//
//	func main() {}
//
//	func init() { plugin.Register(func() plugin.Handler { return greeter{} }) }
//
// A handler is an ordinary Go value: it can be tested with package httptest and
// without a gateway, see package sdk/plugintest for a test with one.
//
// # When to use another style
//
// A module with it is about 2.8 MB larger, 2.1 of which are package net/http's,
// and each request costs the objects that it is made of. A plugin that handles many thousands of requests
// a second, or is loaded many times, is better written with package
// sdk/wrapper, which costs neither. `sluice build` closes the system calls that
// net/http brings and that gateways before Envoy 1.39 refuse.
//
// # Several handlers
//
// The handlers of a module run in ascending order of their priority, for
// requests and for responses alike; those of the same priority in the order in
// which they were registered. The order is the same both ways because that is
// what handlers of this style are written for: the one with the lowest number
// is the first to look at anything. They share one request and one response:
// each sees what those before it changed. The first that returns a Result with
// action Stop ends the chain of that message. A name that two handlers have,
// or none, is refused at the start.
//
// # Results
//
//	ResultContinue, ResultModify   the message goes on, with what was changed
//	NewResult(Continue or Modify,  likewise, with the options' headers, body and
//	    options…)                  (for responses) status set first
//	NewResult(Stop, options…)      the client gets the answer that the options say
//	nil                            status 500, and a line in the log
//
// nil is not taken for "go on": a guard must not let a request pass by
// accident. After a Stop in ProcessRequest no handler sees the answer. A Stop in
// ProcessResponse replaces upstream's response; of the headers it keeps only
// those that handlers of the chain have set or changed.
//
// # What a handler sees and may change
//
// The request has Method, URL, Host, Header, Proto, RemoteAddr, RequestURI,
// ContentLength and Body; trailers once the body was read. URL has a path and a
// query only, as in any Go server; the scheme is in X-Forwarded-Proto.
// The response has StatusCode, Header, ContentLength, Body, and the same Request.
//
// What a handler changes of Method, URL (path and query), Host, Header, Body,
// StatusCode and Trailer is what upstream or client get. Only differences are
// written. A Body that was replaced gets its content-length; see "Bodies".
// Setting Body to nil or http.NoBody empties it.
//
// A request whose path is no valid one is answered with status 400 before any
// handler sees it. Changes that the gateway can't take (a header with a line
// break, a status outside 200 to 599) end the exchange with status 500.
//
// # Bodies
//
// A body that no handler reads passes by and costs nothing, whatever its size.
// The first Read holds the handler back, not the gateway, until the whole body
// is there; it is binary, as it came, and not decompressed. The headers wait
// with it, so they can be changed afterwards. What was read still goes upstream,
// unless Body was replaced, and the next handler reads it from its beginning.
//
// The gateway bounds what it holds back: on Envoy per_connection_buffer_limit_bytes,
// 1 MiB without it. Beyond that it answers 413 for a request and 500 for a
// response. Don't read bodies that have no end, such as event streams.
//
// Once a handler has waited in a call (package sdk/call) while the body was not
// read, the body can't be had any more, with [ErrBodyAfterCall]: the gateway
// leaves it with the client so that large uploads don't pile up. Read first and
// call then, or register with [BodyAfterCalls].
//
// On gateways built on Envoy, the waiting needs allow_on_headers_stop_iteration
// in the plugin's configuration, which `sluice` writes. Without it a handler
// that reads a body runs into its deadline, see "Time".
//
// A new body has a length, so that over HTTP/1 no trailers follow it.
//
// A request without a body can't be given one (Proxy-Wasm has no call for it);
// the exchange ends with status 500. A response without one can.
//
// # Time
//
// Handlers of a message have [DefaultTimeout] together, waits for bodies and
// calls included, or what [Timeout] says. Then their context and every wait ends
// with context.DeadlineExceeded, and unless the handler returns a Stop the
// client gets status 504 with the body {"error":"plugin processing timeout"}.
// The context ends as well when the exchange does: the client has gone.
// A handler that computes without a wait can't be interrupted.
//
// # Calls, state, panics
//
// The functions of package sdk/call work in handlers, with their context, and
// read from top to bottom. A VM has one thread, and handlers change only at
// such waits: values of a handler's fields need no lock. What belongs to one
// request is kept in its context, with
// *req = *req.WithContext(context.WithValue(req.Context(), key, value)), and
// read in ProcessResponse from ctx or resp.Request.Context().
//
// A panic ends the exchange with status 500 and a line in the log. Others are
// not harmed.
package plugin
