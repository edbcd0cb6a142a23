package remote

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// arguments are those of a callback.
type arguments [5]uint32

// size is a number of headers or bytes.
func (a arguments) size(i int) int32 { return int32(a[i]) }

// callback is a function that the gateway calls, with its number of parameters.
type callback struct {
	params int
	call   func(g abi.Guest, a arguments) uint32
}

// event is a callback without a result, question one that says yes or no.
func event(params int, f func(g abi.Guest, a arguments)) callback {
	return callback{params, func(g abi.Guest, a arguments) uint32 {
		f(g, a)
		return 0
	}}
}

func question(params int, f func(g abi.Guest, a arguments) bool) callback {
	return callback{params, func(g abi.Guest, a arguments) uint32 {
		if f(g, a) {
			return 1
		}
		return 0
	}}
}

// callbacks are the exports of a module, as calls of a Guest.
var callbacks = map[string]callback{
	"proxy_on_vm_start":       question(2, func(g abi.Guest, a arguments) bool { return g.OnVMStart(a[0], a.size(1)) }),
	"proxy_on_configure":      question(2, func(g abi.Guest, a arguments) bool { return g.OnConfigure(a[0], a.size(1)) }),
	"proxy_on_done":           question(1, func(g abi.Guest, a arguments) bool { return g.OnDone(a[0]) }),
	"proxy_on_context_create": event(2, func(g abi.Guest, a arguments) { g.OnContextCreate(a[0], a[1]) }),
	"proxy_on_tick":           event(1, func(g abi.Guest, a arguments) { g.OnTick(a[0]) }),
	"proxy_on_queue_ready":    event(2, func(g abi.Guest, a arguments) { g.OnQueueReady(a[0], a[1]) }),
	"proxy_on_log":            event(1, func(g abi.Guest, a arguments) { g.OnLog(a[0]) }),
	"proxy_on_delete":         event(1, func(g abi.Guest, a arguments) { g.OnDelete(a[0]) }),
	"proxy_on_foreign_function": event(3, func(g abi.Guest, a arguments) {
		g.OnForeignFunction(a[0], a[1], a.size(2))
	}),
	"proxy_on_http_call_response": event(5, func(g abi.Guest, a arguments) {
		g.OnHTTPCallResponse(a[0], a[1], a.size(2), a.size(3), a.size(4))
	}),
	"proxy_on_redis_call_response": event(4, func(g abi.Guest, a arguments) {
		g.OnRedisCallResponse(a[0], a[1], a.size(2), a.size(3))
	}),

	"proxy_on_request_headers": {3, func(g abi.Guest, a arguments) uint32 {
		return g.OnRequestHeaders(a[0], a.size(1), a[2] != 0)
	}},
	"proxy_on_request_body":     {3, func(g abi.Guest, a arguments) uint32 { return g.OnRequestBody(a[0], a.size(1), a[2] != 0) }},
	"proxy_on_request_trailers": {2, func(g abi.Guest, a arguments) uint32 { return g.OnRequestTrailers(a[0], a.size(1)) }},
	"proxy_on_response_headers": {3, func(g abi.Guest, a arguments) uint32 {
		return g.OnResponseHeaders(a[0], a.size(1), a[2] != 0)
	}},
	"proxy_on_response_body":     {3, func(g abi.Guest, a arguments) uint32 { return g.OnResponseBody(a[0], a.size(1), a[2] != 0) }},
	"proxy_on_response_trailers": {2, func(g abi.Guest, a arguments) uint32 { return g.OnResponseTrailers(a[0], a.size(1)) }},

	"proxy_on_new_connection": {1, func(g abi.Guest, a arguments) uint32 { return g.OnNewConnection(a[0]) }},
	"proxy_on_downstream_data": {3, func(g abi.Guest, a arguments) uint32 {
		return g.OnDownstreamData(a[0], a.size(1), a[2] != 0)
	}},
	"proxy_on_upstream_data":               {3, func(g abi.Guest, a arguments) uint32 { return g.OnUpstreamData(a[0], a.size(1), a[2] != 0) }},
	"proxy_on_downstream_connection_close": event(2, func(g abi.Guest, a arguments) { g.OnDownstreamClose(a[0], a[1]) }),
	"proxy_on_upstream_connection_close":   event(2, func(g abi.Guest, a arguments) { g.OnUpstreamClose(a[0], a[1]) }),
}
