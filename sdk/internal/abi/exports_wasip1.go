//go:build wasip1

package abi

// Exports keep the order of this file. Higress' host takes the first version
// marker that it knows, and honours HeaderStopIteration only under 0_2_100;
// stock Envoy knows only 0_2_1. Every callback is optional for hosts: those of
// metadata and gRPC, which the field's Go SDKs don't have, are left out. Those
// that go through wanted do nothing in a plugin that doesn't want them.

//go:wasmexport proxy_abi_version_0_2_100
func proxyABIVersion02100() {}

//go:wasmexport proxy_abi_version_0_2_1
func proxyABIVersion021() {}

//go:wasmexport proxy_on_memory_allocate
func proxyOnMemoryAllocate(size uint32) *byte { return arena.Allocate(size) }

//go:wasmexport proxy_on_vm_start
func proxyOnVMStart(vmContextID uint32, configSize int32) uint32 {
	callsWantedOnly()
	return number(guest.OnVMStart(vmContextID, configSize))
}

//go:wasmexport proxy_on_configure
func proxyOnConfigure(pluginID uint32, configSize int32) uint32 {
	return number(guest.OnConfigure(pluginID, configSize))
}

//go:wasmexport proxy_on_context_create
func proxyOnContextCreate(id, parentID uint32) { guest.OnContextCreate(id, parentID) }

//go:wasmexport proxy_on_tick
func proxyOnTick(pluginID uint32) {
	if f := wanted.tick; f != nil {
		f(pluginID)
	}
}

//go:wasmexport proxy_on_queue_ready
func proxyOnQueueReady(pluginID, queueID uint32) {
	if f := wanted.queueReady; f != nil {
		f(pluginID, queueID)
	}
}

//go:wasmexport proxy_on_foreign_function
func proxyOnForeignFunction(pluginID, functionID uint32, dataSize int32) {
	if f := wanted.foreignFunction; f != nil {
		f(pluginID, functionID, dataSize)
	}
}

//go:wasmexport proxy_on_http_call_response
func proxyOnHTTPCallResponse(pluginID, token uint32, headers, bodySize, trailers int32) {
	if f := wanted.httpCall; f != nil {
		f(pluginID, token, headers, bodySize, trailers)
	}
}

//go:wasmexport proxy_on_redis_call_response
func proxyOnRedisCallResponse(pluginID, token uint32, status, size int32) {
	if f := wanted.redisCall; f != nil {
		f(pluginID, token, status, size)
	}
}

//go:wasmexport proxy_on_request_headers
func proxyOnRequestHeaders(id uint32, headers int32, endOfStream uint32) uint32 {
	if f := wanted.requestHeaders; f != nil {
		return f(id, headers, endOfStream)
	}
	return 0
}

//go:wasmexport proxy_on_request_body
func proxyOnRequestBody(id uint32, size int32, endOfStream uint32) uint32 {
	if f := wanted.requestBody; f != nil {
		return f(id, size, endOfStream)
	}
	return 0
}

//go:wasmexport proxy_on_request_trailers
func proxyOnRequestTrailers(id uint32, trailers int32) uint32 {
	if f := wanted.requestTrailers; f != nil {
		return f(id, trailers)
	}
	return 0
}

//go:wasmexport proxy_on_response_headers
func proxyOnResponseHeaders(id uint32, headers int32, endOfStream uint32) uint32 {
	if f := wanted.responseHeaders; f != nil {
		return f(id, headers, endOfStream)
	}
	return 0
}

//go:wasmexport proxy_on_response_body
func proxyOnResponseBody(id uint32, size int32, endOfStream uint32) uint32 {
	if f := wanted.responseBody; f != nil {
		return f(id, size, endOfStream)
	}
	return 0
}

//go:wasmexport proxy_on_response_trailers
func proxyOnResponseTrailers(id uint32, trailers int32) uint32 {
	if f := wanted.responseTrailers; f != nil {
		return f(id, trailers)
	}
	return 0
}

//go:wasmexport proxy_on_new_connection
func proxyOnNewConnection(id uint32) uint32 {
	if f := wanted.newConnection; f != nil {
		return f(id)
	}
	return 0
}

//go:wasmexport proxy_on_downstream_data
func proxyOnDownstreamData(id uint32, size int32, endOfStream uint32) uint32 {
	if f := wanted.downstreamData; f != nil {
		return f(id, size, endOfStream)
	}
	return 0
}

//go:wasmexport proxy_on_downstream_connection_close
func proxyOnDownstreamConnectionClose(id, peer uint32) {
	if f := wanted.downstreamClose; f != nil {
		f(id, peer)
	}
}

//go:wasmexport proxy_on_upstream_data
func proxyOnUpstreamData(id uint32, size int32, endOfStream uint32) uint32 {
	if f := wanted.upstreamData; f != nil {
		return f(id, size, endOfStream)
	}
	return 0
}

//go:wasmexport proxy_on_upstream_connection_close
func proxyOnUpstreamConnectionClose(id, peer uint32) {
	if f := wanted.upstreamClose; f != nil {
		f(id, peer)
	}
}

//go:wasmexport proxy_on_log
func proxyOnLog(id uint32) {
	if f := wanted.log; f != nil {
		f(id)
	}
}

//go:wasmexport proxy_on_done
func proxyOnDone(id uint32) uint32 {
	if f := wanted.done; f != nil {
		return f(id)
	}
	return 1
}

//go:wasmexport proxy_on_delete
func proxyOnDelete(id uint32) { guest.OnDelete(id) }

// number is a boolean as the ABI has it.
func number(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}
