//go:build wasip1

package abi

// callsWantedOnly does nothing. Its name in a module tells "sluice build" that
// callbacks which nothing wants can be dropped: it is not to be inlined.
//
//go:noinline
func callsWantedOnly() {}

// WantRequestHeaders has the host tell of the headers of requests.
func WantRequestHeaders() {
	wanted.requestHeaders = callRequestHeaders
}

// WantRequestBody has the host tell of the bodies of requests, and of the trailers in
// which one may end.
func WantRequestBody() {
	wanted.requestBody = callRequestBody
	wanted.requestTrailers = callRequestTrailers
}

// WantRequestTrailers has the host tell of the trailers of requests.
func WantRequestTrailers() {
	wanted.requestTrailers = callRequestTrailers
}

// WantResponseHeaders has the host tell of the headers of responses.
func WantResponseHeaders() {
	wanted.responseHeaders = callResponseHeaders
}

// WantResponseBody has the host tell of responses as a whole.
func WantResponseBody() {
	wanted.responseHeaders = callResponseHeaders
	wanted.responseBody = callResponseBody
	wanted.responseTrailers = callResponseTrailers
}

// WantResponseTrailers has the host tell of the headers and trailers of responses.
func WantResponseTrailers() {
	wanted.responseHeaders = callResponseHeaders
	wanted.responseTrailers = callResponseTrailers
}

// WantLog has the host tell of the end of a stream while its headers can be read.
// Without it, OnDelete is the end.
func WantLog() {
	wanted.log = callLog
}

// WantDone has the host ask whether a plugin context may end.
func WantDone() {
	wanted.done = callDone
}

// WantTick has the host tell of ticks.
func WantTick() {
	wanted.tick = callTick
}

// WantQueueReady has the host tell of elements in queues.
func WantQueueReady() {
	wanted.queueReady = callQueueReady
}

// WantForeignFunction lets functions beyond the ABI call the plugin.
func WantForeignFunction() {
	wanted.foreignFunction = callForeignFunction
}

// WantHTTPCallResponse has the host hand over the answers to HTTP calls.
func WantHTTPCallResponse() {
	wanted.httpCall = callHTTPCallResponse
}

// WantRedisCallResponse has the host hand over the answers to Redis calls.
func WantRedisCallResponse() {
	wanted.redisCall = callRedisCallResponse
}

// WantTCP has the host tell of TCP connections.
func WantTCP() {
	wanted.newConnection = callNewConnection
	wanted.downstreamData = callDownstreamData
	wanted.downstreamClose = callDownstreamClose
	wanted.upstreamData = callUpstreamData
	wanted.upstreamClose = callUpstreamClose
}
