package abi

// Guest takes the callbacks that a host makes into a module, one method each.
// Actions are returned as the ABI's numbers. Numbers of headers and bytes come
// from the host as they are.
type Guest interface {
	OnVMStart(vmContextID uint32, configSize int32) bool
	OnConfigure(pluginID uint32, configSize int32) bool
	OnContextCreate(id, parentID uint32)
	OnTick(pluginID uint32)
	OnQueueReady(pluginID, queueID uint32)
	OnForeignFunction(pluginID, functionID uint32, dataSize int32)
	OnHTTPCallResponse(pluginID, token uint32, headers, bodySize, trailers int32)
	OnRedisCallResponse(pluginID, token uint32, status, size int32)

	OnRequestHeaders(id uint32, headers int32, endOfStream bool) uint32
	OnRequestBody(id uint32, size int32, endOfStream bool) uint32
	OnRequestTrailers(id uint32, trailers int32) uint32
	OnResponseHeaders(id uint32, headers int32, endOfStream bool) uint32
	OnResponseBody(id uint32, size int32, endOfStream bool) uint32
	OnResponseTrailers(id uint32, trailers int32) uint32

	OnNewConnection(id uint32) uint32
	OnDownstreamData(id uint32, size int32, endOfStream bool) uint32
	OnDownstreamClose(id, peer uint32)
	OnUpstreamData(id uint32, size int32, endOfStream bool) uint32
	OnUpstreamClose(id, peer uint32)

	OnLog(id uint32)
	OnDone(id uint32) bool
	OnDelete(id uint32)
}

// guest is set once, while the module's packages are initialised.
var guest Guest

// SetGuest makes g take the callbacks of this module, and returns what did.
func SetGuest(g Guest) (before Guest) {
	before, guest = guest, g
	return before
}
