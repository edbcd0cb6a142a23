package cells

import "slices"

// The phases of a stream: one call runs in each exchange.
const (
	NewStream        = "new_stream"
	RequestHeaders   = "request_headers"
	RequestBody      = "request_body"     // the first part of a body that trailers follow
	RequestBodyEnd   = "request_body_end" // the end of a body
	RequestTrailers  = "request_trailers"
	ResponseHeaders  = "response_headers"
	ResponseBody     = "response_body"
	ResponseBodyEnd  = "response_body_end"
	ResponseTrailers = "response_trailers"
	StreamDone       = "stream_done"
	CallInRequest    = "http_call_in_request"  // the answer to a callout, while the request's headers wait
	CallInResponse   = "http_call_in_response" // the same for the response's
	TickInRequest    = "tick_in_request"       // a tick that acts on a stream whose request headers wait
	TickInResponse   = "tick_in_response"
)

// The phases without a stream: all calls run one after the other.
const (
	VMStart     = "vm_start"
	PluginStart = "plugin_start"
	Tick        = "tick"
	QueueReady  = "queue_ready"
	CallInTick  = "http_call_in_tick" // the answer to a callout that the plugin itself made
)

// The phases of a connection, one call in each.
const (
	NewConnection   = "new_connection"
	DownstreamData  = "downstream_data"
	UpstreamData    = "upstream_data"
	DownstreamClose = "downstream_close"
	UpstreamClose   = "upstream_close"
	ConnectionDone  = "connection_done"
	TickInTCP       = "tick_in_downstream_data" // a tick that acts on a connection whose data waits
)

// HTTPPhases returns the phases of a stream in their order.
func HTTPPhases() []string {
	return []string{NewStream, RequestHeaders, RequestBody, RequestBodyEnd, RequestTrailers, CallInRequest, TickInRequest,
		ResponseHeaders, ResponseBody, ResponseBodyEnd, ResponseTrailers, CallInResponse, TickInResponse, StreamDone}
}

// RootPhases returns the phases without a stream.
func RootPhases() []string { return []string{VMStart, PluginStart, Tick, QueueReady, CallInTick} }

// TCPPhases returns the phases of a connection.
func TCPPhases() []string {
	return []string{NewConnection, DownstreamData, TickInTCP, UpstreamData, DownstreamClose, UpstreamClose, ConnectionDone}
}

// IsRoot reports whether a phase has no stream.
func IsRoot(phase string) bool { return slices.Contains(RootPhases(), phase) }

// IsTCP reports whether a phase is one of a connection.
func IsTCP(phase string) bool { return slices.Contains(TCPPhases(), phase) }
