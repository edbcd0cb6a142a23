package filter

import "github.com/sluiceproxy/sluice/host"

// Sink takes what leaves the chain. Its methods run inside the worker, so they
// must not block; a method may call the Stream that calls it only with
// Stream.SendLocalReply.
//
// Headers and trailers belong to the sink from then on, but a plugin that has
// kept its view of them may still read them. Data is the slice that the data
// plane fed in, where no plugin held or changed it: it is valid for as long as
// the data plane leaves it alone.
type Sink interface {
	// RequestHeaders starts the request to the upstream.
	RequestHeaders(h *host.HeaderMap, endStream bool)
	// RequestData sends a part of the request body; b may be empty.
	RequestData(b []byte, endStream bool)
	// RequestTrailers ends the request.
	RequestTrailers(h *host.HeaderMap)
	// ResponseHeaders starts the response to the client.
	ResponseHeaders(h *host.HeaderMap, endStream bool)
	// ResponseData sends a part of the response body; b may be empty.
	ResponseData(b []byte, endStream bool)
	// ResponseTrailers ends the response.
	ResponseTrailers(h *host.HeaderMap)
	// LocalReply says that the chain answers by itself, before the first
	// ResponseHeaders of that answer: the upstream is not needed any more.
	LocalReply(r host.LocalReply)
	// Reset aborts the exchange: the client's stream is broken off.
	Reset(details string)
	// PauseReading stops (or lets go on) reading the client for
	// DirectionRequest and the upstream for DirectionResponse. Data that is
	// already read may still be fed.
	PauseReading(d host.Direction, pause bool)
}

// Info answers what plugins ask about the exchange beyond headers and bodies.
type Info interface {
	// Property is as in host.HTTPStream.
	Property(a Asker, path []string) ([]byte, bool)
}

// Asker is the plugin that asks for a property, and what it may see now: a map
// that is not available in this phase is nil. On Envoy, too, request.path is
// found only while the request headers are.
type Asker struct {
	Plugin           string
	RequestHeaders   *host.HeaderMap
	ResponseHeaders  *host.HeaderMap
	ResponseTrailers *host.HeaderMap
}
