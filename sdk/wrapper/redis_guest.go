package wrapper

import "github.com/sluiceproxy/sluice/sdk/internal/dispatch"

// redisGuest takes the host's callbacks, has the VM run them, and then sends
// the commands that were issued in them. It is in place only in plugins that
// use Redis over the bridge.
type redisGuest struct {
	*dispatch.VM
	bridge *redisBridge
}

// Callbacks of no stream, or while a stream waits: it can be resumed.

func (g redisGuest) OnConfigure(id uint32, size int32) bool {
	defer g.bridge.settle(true)
	return g.VM.OnConfigure(id, size)
}

func (g redisGuest) OnTick(id uint32) {
	g.VM.OnTick(id)
	g.bridge.settle(true)
}

func (g redisGuest) OnQueueReady(id, queue uint32) {
	g.VM.OnQueueReady(id, queue)
	g.bridge.settle(true)
}

func (g redisGuest) OnForeignFunction(id, function uint32, size int32) {
	g.VM.OnForeignFunction(id, function, size)
	g.bridge.settle(true)
}

func (g redisGuest) OnHTTPCallResponse(id, token uint32, headers, bodySize, trailers int32) {
	g.VM.OnHTTPCallResponse(id, token, headers, bodySize, trailers)
	g.bridge.settle(true)
}

// Callbacks whose result says what becomes of a stream.

func (g redisGuest) OnContextCreate(id, parent uint32) {
	g.VM.OnContextCreate(id, parent)
	g.bridge.settle(false)
}

func (g redisGuest) OnRequestHeaders(id uint32, headers int32, end bool) uint32 {
	action := g.VM.OnRequestHeaders(id, headers, end)
	g.bridge.settle(false)
	return action
}

func (g redisGuest) OnRequestBody(id uint32, size int32, end bool) uint32 {
	action := g.VM.OnRequestBody(id, size, end)
	g.bridge.settle(false)
	return action
}

func (g redisGuest) OnRequestTrailers(id uint32, trailers int32) uint32 {
	action := g.VM.OnRequestTrailers(id, trailers)
	g.bridge.settle(false)
	return action
}

func (g redisGuest) OnResponseHeaders(id uint32, headers int32, end bool) uint32 {
	action := g.VM.OnResponseHeaders(id, headers, end)
	g.bridge.settle(false)
	return action
}

func (g redisGuest) OnResponseBody(id uint32, size int32, end bool) uint32 {
	action := g.VM.OnResponseBody(id, size, end)
	g.bridge.settle(false)
	return action
}

func (g redisGuest) OnResponseTrailers(id uint32, trailers int32) uint32 {
	action := g.VM.OnResponseTrailers(id, trailers)
	g.bridge.settle(false)
	return action
}

func (g redisGuest) OnNewConnection(id uint32) uint32 {
	action := g.VM.OnNewConnection(id)
	g.bridge.settle(false)
	return action
}

func (g redisGuest) OnDownstreamData(id uint32, size int32, end bool) uint32 {
	action := g.VM.OnDownstreamData(id, size, end)
	g.bridge.settle(false)
	return action
}

func (g redisGuest) OnDownstreamClose(id, peer uint32) {
	g.VM.OnDownstreamClose(id, peer)
	g.bridge.settle(false)
}

func (g redisGuest) OnUpstreamData(id uint32, size int32, end bool) uint32 {
	action := g.VM.OnUpstreamData(id, size, end)
	g.bridge.settle(false)
	return action
}

func (g redisGuest) OnUpstreamClose(id, peer uint32) {
	g.VM.OnUpstreamClose(id, peer)
	g.bridge.settle(false)
}

func (g redisGuest) OnLog(id uint32) {
	g.VM.OnLog(id)
	g.bridge.settle(false)
}

func (g redisGuest) OnDone(id uint32) bool {
	ok := g.VM.OnDone(id)
	g.bridge.settle(false)
	return ok
}

func (g redisGuest) OnDelete(id uint32) {
	g.VM.OnDelete(id)
	g.bridge.settle(false)
}
