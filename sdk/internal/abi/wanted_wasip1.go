//go:build wasip1

package abi

// wanted are the callbacks that the plugin wants, nil for others. The linker
// keeps what is behind one only where something that the plugin uses calls the
// function below that sets it. "sluice build" goes by that: a callback whose
// call… function is not in the module is dropped from its exports. So what
// decides is what is linked, never what has run.
var wanted struct {
	requestHeaders   func(uint32, int32, uint32) uint32
	requestBody      func(uint32, int32, uint32) uint32
	requestTrailers  func(uint32, int32) uint32
	responseHeaders  func(uint32, int32, uint32) uint32
	responseBody     func(uint32, int32, uint32) uint32
	responseTrailers func(uint32, int32) uint32
	log              func(uint32)
	done             func(uint32) uint32
	tick             func(uint32)
	queueReady       func(uint32, uint32)
	foreignFunction  func(uint32, uint32, int32)
	httpCall         func(uint32, uint32, int32, int32, int32)
	redisCall        func(uint32, uint32, int32, int32)
	newConnection    func(uint32) uint32
	downstreamData   func(uint32, int32, uint32) uint32
	downstreamClose  func(uint32, uint32)
	upstreamData     func(uint32, int32, uint32) uint32
	upstreamClose    func(uint32, uint32)
}

func callRequestHeaders(id uint32, headers int32, end uint32) uint32 {
	return guest.OnRequestHeaders(id, headers, end != 0)
}
func callRequestBody(id uint32, size int32, end uint32) uint32 {
	return guest.OnRequestBody(id, size, end != 0)
}
func callRequestTrailers(id uint32, trailers int32) uint32 {
	return guest.OnRequestTrailers(id, trailers)
}
func callResponseHeaders(id uint32, headers int32, end uint32) uint32 {
	return guest.OnResponseHeaders(id, headers, end != 0)
}
func callResponseBody(id uint32, size int32, end uint32) uint32 {
	return guest.OnResponseBody(id, size, end != 0)
}
func callResponseTrailers(id uint32, trailers int32) uint32 {
	return guest.OnResponseTrailers(id, trailers)
}
func callLog(id uint32)                       { guest.OnLog(id) }
func callDone(id uint32) uint32               { return number(guest.OnDone(id)) }
func callTick(pluginID uint32)                { guest.OnTick(pluginID) }
func callQueueReady(pluginID, queueID uint32) { guest.OnQueueReady(pluginID, queueID) }
func callForeignFunction(pluginID, functionID uint32, size int32) {
	guest.OnForeignFunction(pluginID, functionID, size)
}
func callHTTPCallResponse(pluginID, token uint32, headers, size, trailers int32) {
	guest.OnHTTPCallResponse(pluginID, token, headers, size, trailers)
}
func callRedisCallResponse(pluginID, token uint32, status, size int32) {
	guest.OnRedisCallResponse(pluginID, token, status, size)
}
func callNewConnection(id uint32) uint32 { return guest.OnNewConnection(id) }
func callDownstreamData(id uint32, size int32, end uint32) uint32 {
	return guest.OnDownstreamData(id, size, end != 0)
}
func callDownstreamClose(id, peer uint32) { guest.OnDownstreamClose(id, peer) }
func callUpstreamData(id uint32, size int32, end uint32) uint32 {
	return guest.OnUpstreamData(id, size, end != 0)
}
func callUpstreamClose(id, peer uint32) { guest.OnUpstreamClose(id, peer) }
