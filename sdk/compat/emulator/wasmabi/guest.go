package wasmabi

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// Guest takes a host's callbacks for an instance.
type Guest struct {
	in     Instance
	trap   func(error)
	active uint32
	dead   bool
}

var _ abi.Guest = (*Guest)(nil)

// NewGuest returns the Guest for an instance. trap hears of the first call that
// traps: afterwards the module is not called again, and streams are held back.
func NewGuest(in Instance, trap func(error)) *Guest { return &Guest{in: in, trap: trap} }

// NewDeadGuest returns the Guest for a module that could not be started.
func NewDeadGuest() *Guest { return &Guest{dead: true} }

// Active returns the context that host functions act on.
func (g *Guest) Active() uint32 { return g.active }

// SetActive makes host functions act on another context.
func (g *Guest) SetActive(id uint32) { g.active = id }

// call runs a callback that a module need not have, for a context.
func (g *Guest) call(missing uint64, name string, id uint32, args ...uint64) uint64 {
	if g.dead {
		return uint64(actionPause)
	}
	g.active = id
	if !g.in.Exports(name) {
		return missing
	}
	result, err := g.in.Call(name, append([]uint64{uint64(id)}, args...)...)
	if err != nil {
		g.dead = true
		g.trap(err)
		return uint64(actionPause)
	}
	return result
}

func (g *Guest) ok(name string, id uint32, args ...uint64) bool {
	return g.call(1, name, id, args...) != 0 && !g.dead
}

func (g *Guest) action(name string, id uint32, args ...uint64) uint32 {
	return uint32(g.call(0, name, id, args...))
}

func n(size int32) uint64 { return uint64(uint32(size)) }

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// OnVMStart implements abi.Guest.
func (g *Guest) OnVMStart(vm uint32, configSize int32) bool {
	return g.ok("proxy_on_vm_start", vm, n(configSize))
}

// OnConfigure implements abi.Guest.
func (g *Guest) OnConfigure(plugin uint32, configSize int32) bool {
	return g.ok("proxy_on_configure", plugin, n(configSize))
}

// OnContextCreate implements abi.Guest.
func (g *Guest) OnContextCreate(id, parent uint32) {
	g.call(0, "proxy_on_context_create", id, uint64(parent))
}

// OnTick implements abi.Guest.
func (g *Guest) OnTick(plugin uint32) { g.call(0, "proxy_on_tick", plugin) }

// OnQueueReady implements abi.Guest.
func (g *Guest) OnQueueReady(plugin, queue uint32) {
	g.call(0, "proxy_on_queue_ready", plugin, uint64(queue))
}

// OnForeignFunction implements abi.Guest.
func (g *Guest) OnForeignFunction(plugin, function uint32, size int32) {
	g.call(0, "proxy_on_foreign_function", plugin, uint64(function), n(size))
}

// OnHTTPCallResponse implements abi.Guest.
func (g *Guest) OnHTTPCallResponse(plugin, token uint32, headers, size, trailers int32) {
	g.call(0, "proxy_on_http_call_response", plugin, uint64(token), n(headers), n(size), n(trailers))
}

// OnRedisCallResponse implements abi.Guest.
func (g *Guest) OnRedisCallResponse(plugin, token uint32, status, size int32) {
	g.call(0, "proxy_on_redis_call_response", plugin, uint64(token), n(status), n(size))
}

// OnLog implements abi.Guest.
func (g *Guest) OnLog(id uint32) { g.call(0, "proxy_on_log", id) }

// OnDone implements abi.Guest.
func (g *Guest) OnDone(id uint32) bool { return g.ok("proxy_on_done", id) }

// OnDelete implements abi.Guest.
func (g *Guest) OnDelete(id uint32) { g.call(0, "proxy_on_delete", id) }
