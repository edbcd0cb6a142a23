package host

import "github.com/tetratelabs/wazero/api"

// callback numbers the functions that the host calls in the guest.
type callback uint8

const (
	cbContextCreate callback = iota
	cbVMStart
	cbConfigure
	cbTick
	cbQueueReady
	cbDone
	cbLog
	cbDelete
	cbRequestHeaders
	cbRequestBody
	cbRequestTrailers
	cbResponseHeaders
	cbResponseBody
	cbResponseTrailers
	cbHTTPCallResponse
	cbRedisCallResponse
	cbNewConnection
	cbDownstreamData
	cbUpstreamData
	cbDownstreamClose
	cbUpstreamClose
	cbForeignFunction
	callbackCount
)

// guestFuncs are the names and types of the callbacks: how many i32 each takes,
// and whether it gives one back.
var guestFuncs = [callbackCount]struct {
	name   string
	params int
	result bool
}{
	cbContextCreate:     {"proxy_on_context_create", 2, false},
	cbVMStart:           {"proxy_on_vm_start", 2, true},
	cbConfigure:         {"proxy_on_configure", 2, true},
	cbTick:              {"proxy_on_tick", 1, false},
	cbQueueReady:        {"proxy_on_queue_ready", 2, false},
	cbDone:              {"proxy_on_done", 1, true},
	cbLog:               {"proxy_on_log", 1, false},
	cbDelete:            {"proxy_on_delete", 1, false},
	cbRequestHeaders:    {"proxy_on_request_headers", 3, true},
	cbRequestBody:       {"proxy_on_request_body", 3, true},
	cbRequestTrailers:   {"proxy_on_request_trailers", 2, true},
	cbResponseHeaders:   {"proxy_on_response_headers", 3, true},
	cbResponseBody:      {"proxy_on_response_body", 3, true},
	cbResponseTrailers:  {"proxy_on_response_trailers", 2, true},
	cbHTTPCallResponse:  {"proxy_on_http_call_response", 5, false},
	cbRedisCallResponse: {"proxy_on_redis_call_response", 4, false},
	cbNewConnection:     {"proxy_on_new_connection", 1, true},
	cbDownstreamData:    {"proxy_on_downstream_data", 3, true},
	cbUpstreamData:      {"proxy_on_upstream_data", 3, true},
	cbDownstreamClose:   {"proxy_on_downstream_connection_close", 2, false},
	cbUpstreamClose:     {"proxy_on_upstream_connection_close", 2, false},
	cbForeignFunction:   {"proxy_on_foreign_function", 3, false},
}

// guestTypeOK reports whether an exported function has the type that the host
// calls it with. Functions that the host doesn't call may have any type.
func guestTypeOK(name string, d api.FunctionDefinition) bool {
	switch name {
	case "malloc", "proxy_on_memory_allocate":
		return allI32(d, 1, 1)
	case "_initialize", "_start", "__main_void":
		return len(d.ParamTypes()) == 0
	case "main":
		return allI32(d, 2, 1)
	}
	for i := range guestFuncs {
		g := &guestFuncs[i]
		if g.name != name {
			continue
		}
		results := 0
		if g.result {
			results = 1
		}
		// ABI 0.1.0 has no end_of_stream in the header callbacks.
		old := i == int(cbRequestHeaders) || i == int(cbResponseHeaders)
		return allI32(d, g.params, results) || old && allI32(d, 2, results)
	}
	return true
}

func allI32(d api.FunctionDefinition, params, results int) bool {
	if len(d.ParamTypes()) != params || len(d.ResultTypes()) != results {
		return false
	}
	for _, t := range d.ParamTypes() {
		if t != api.ValueTypeI32 {
			return false
		}
	}
	for _, t := range d.ResultTypes() {
		if t != api.ValueTypeI32 {
			return false
		}
	}
	return true
}

// guestFunc is an exported function, resolved once for each VM.
type guestFunc struct {
	fn     guestCode
	name   string
	params int
	result bool
}

func resolve(mod api.Module, name string) *guestFunc {
	fn := mod.ExportedFunction(name)
	if fn == nil {
		return nil
	}
	d := fn.Definition()
	return &guestFunc{fn: fn, name: name, params: len(d.ParamTypes()), result: len(d.ResultTypes()) > 0}
}
