//go:build !wasip1

package abi

// A host that is Go calls a Guest directly: every callback is there.

// WantRequestHeaders has the host tell of the headers of requests.
func WantRequestHeaders() {}

// WantRequestBody has the host tell of the bodies of requests, and of the trailers in
// which one may end.
func WantRequestBody() {}

// WantRequestTrailers has the host tell of the trailers of requests.
func WantRequestTrailers() {}

// WantResponseHeaders has the host tell of the headers of responses.
func WantResponseHeaders() {}

// WantResponseBody has the host tell of responses as a whole.
func WantResponseBody() {}

// WantResponseTrailers has the host tell of the headers and trailers of responses.
func WantResponseTrailers() {}

// WantLog has the host tell of the end of a stream while its headers can be read.
// Without it, OnDelete is the end.
func WantLog() {}

// WantDone has the host ask whether a plugin context may end.
func WantDone() {}

// WantTick has the host tell of ticks.
func WantTick() {}

// WantQueueReady has the host tell of elements in queues.
func WantQueueReady() {}

// WantForeignFunction lets functions beyond the ABI call the plugin.
func WantForeignFunction() {}

// WantHTTPCallResponse has the host hand over the answers to HTTP calls.
func WantHTTPCallResponse() {}

// WantRedisCallResponse has the host hand over the answers to Redis calls.
func WantRedisCallResponse() {}

// WantTCP has the host tell of TCP connections.
func WantTCP() {}
