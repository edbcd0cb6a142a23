package dispatch

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// OnVMStart implements abi.Guest. A module in which nothing was registered
// refuses to start.
func (v *VM) OnVMStart(id uint32, size int32) (ok bool) {
	v.enter(id)
	if registered.vm == nil {
		abi.Log(abi.LogCritical, "no plugin in this module: call proxywasm.SetVMContext or wrapper.SetCtx in main's init function")
		return false
	}
	defer v.rescuePlugin(id, PhaseVMStart)
	return bool(registered.vm.OnVMStart(count(size)))
}

// OnConfigure implements abi.Guest.
func (v *VM) OnConfigure(id uint32, size int32) (ok bool) {
	v.enter(id)
	p := v.plugins[id]
	if p == nil || p.context == nil {
		return false
	}
	defer v.rescuePlugin(id, PhasePluginStart)
	return bool(p.context.OnPluginStart(count(size)))
}

// OnContextCreate implements abi.Guest.
func (v *VM) OnContextCreate(id, parent uint32) {
	v.enter(id)
	if id == 0 {
		return // the VM's own
	}
	if parent == 0 {
		v.newPlugin(id)
		return
	}
	if old := v.streams.find(id); old != nil {
		v.dropStream(old) // the host uses the id again without OnDelete
	}
	s := v.addStream(id, parent)
	v.newStream(s)
	if s.http == nil && s.tcp == nil && s.failed == notFailed {
		s.failed, s.createdBadly = failedInRequest, true
	}
}

func (v *VM) newPlugin(id uint32) {
	p := &plugin{}
	v.plugins[id], v.home = p, nil
	if registered.vm == nil {
		return
	}
	defer v.rescuePlugin(id, PhaseNewContext)
	p.context = registered.vm.NewPluginContext(id)
	p.settle()
}

// newStream leaves both contexts nil where it can't make one.
func (v *VM) newStream(s *stream) {
	p := v.pluginAt(s.plugin)
	if p == nil || p.context == nil {
		abi.Log(abi.LogCritical, "stream of a plugin that was never started")
		return
	}
	if p.steady != nil {
		s.http = p.context.NewHttpContext(s.id)
		return
	}
	v.makeContext(p, s)
}

// makeContext is newStream for a plugin that may panic.
func (v *VM) makeContext(p *plugin, s *stream) {
	returned := false
	defer func() {
		if !returned {
			v.unmade(s, recover())
		}
	}()
	if s.http = p.context.NewHttpContext(s.id); s.http == nil {
		s.tcp = p.context.NewTcpContext(s.id)
	}
	if returned = true; s.http == nil && s.tcp == nil {
		abi.Log(abi.LogCritical, "the plugin made no context for a stream: both NewHttpContext and NewTcpContext returned nil")
	}
}

// unmade ends newStream after a panic with value r.
func (v *VM) unmade(s *stream, r any) {
	s.http, s.tcp = nil, nil
	if v.judge(Panic{Phase: PhaseNewContext, ContextID: s.id, PluginID: s.plugin, Value: r}) == FailOpen {
		s.failed = passesBy
	}
}

// OnTick implements abi.Guest.
func (v *VM) OnTick(id uint32) {
	if p := v.plugins[id]; p != nil && p.context != nil {
		v.enter(id)
		defer v.rescuePlugin(id, PhaseTick)
		if p.ticks[BodyTicks] != 0 {
			registered.look(v, id)
		}
		if p.attached != nil {
			p.attached.Tick()
		}
		p.context.OnTick()
	}
}

// OnQueueReady implements abi.Guest.
func (v *VM) OnQueueReady(id, queue uint32) {
	if p := v.plugins[id]; p != nil && p.context != nil {
		v.enter(id)
		defer v.rescuePlugin(id, PhaseQueueReady)
		p.context.OnQueueReady(queue)
	}
}

// OnForeignFunction implements abi.Guest.
func (v *VM) OnForeignFunction(id, function uint32, size int32) {
	p := v.plugins[id]
	if p == nil {
		return
	}
	if c, ok := p.context.(types.ForeignFunctionContext); ok {
		v.enter(id)
		defer v.rescuePlugin(id, PhaseForeignFunction)
		c.OnForeignFunction(function, count(size))
	}
}

// OnLog implements abi.Guest: headers and properties can still be read here,
// so this is where a stream's last callback runs.
func (v *VM) OnLog(id uint32) {
	if s := v.stream(id); s != nil {
		v.finish(s)
	}
}

// OnDone implements abi.Guest.
func (v *VM) OnDone(id uint32) (ok bool) {
	p := v.plugins[id]
	if p == nil || p.context == nil {
		return true
	}
	v.enter(id)
	ok = true // a plugin that panics can't hold up its own end
	defer v.rescuePlugin(id, PhasePluginDone)
	return p.context.OnPluginDone()
}

// OnDelete implements abi.Guest. A host that never called OnLog still gets the
// stream's last callback run.
func (v *VM) OnDelete(id uint32) {
	if s := v.stream(id); s != nil {
		v.finish(s)
		v.dropStream(s)
		return
	}
	if p := v.plugins[id]; p != nil {
		v.enter(id)
		end(&p.attached)
	}
	delete(v.plugins, id)
	v.home = nil
	for key, c := range v.calls {
		if key.plugin == id && c.stream == 0 {
			delete(v.calls, key)
		}
	}
}

// finish runs a stream's last callback once.
func (v *VM) finish(s *stream) {
	if s.done {
		return
	}
	s.done = true
	v.enter(s.id)
	if p := v.pluginAt(s.plugin); p != nil && p.steadyEnd && s.attached == nil && s.http != nil {
		s.http.OnHttpStreamDone()
		return
	}
	v.runDone(s)
}

// runDone is finish for a plugin that may panic.
func (v *VM) runDone(s *stream) {
	returned := false
	defer func() {
		if !returned {
			v.logPanic(Panic{Phase: PhaseStreamDone, ContextID: s.id, PluginID: s.id, Value: recover()})
		}
	}()
	if s.attached != nil {
		end(&s.attached)
	}
	if s.http != nil {
		s.http.OnHttpStreamDone()
	} else if s.tcp != nil {
		s.tcp.OnStreamDone()
	}
	returned = true
}

// count makes a number from the host safe to use as a size.
func count(n int32) int { return int(max(n, 0)) }
