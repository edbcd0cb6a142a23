package bundle

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

// guest takes the callbacks of the module. It implements abi.Guest, and abi.Hook
// while a plugin runs.
type guest struct {
	members   []*member
	beginning *member // whose packages are being initialised
	outside   held    // what is no plugin's
	stray     bool    // something was registered that is no plugin's

	roots   map[uint32]*root
	streams map[uint32]*stream
	last    *stream   // the stream used last, which most likely is used next
	spare   []*stream // table entries to use again

	current *member // whose state the SDK keeps now
	acting  *entry  // whose code runs
	host    uint32  // the context that the host's functions act on
	resumes []resume

	vmContext uint32
	vmConfig  []byte
}

var (
	_ abi.Guest = (*guest)(nil)
	_ abi.Hook  = (*guest)(nil)
)

// root is one filter of the gateway: one plugin, or a chain.
type root struct {
	id      uint32
	entries []*entry
	chain   bool
	period  uint32 // of the host's ticks, in milliseconds, 0 for none
	ticked  uint64 // when the last one was, in nanoseconds
	open    int    // entries whose end is still to come
}

// entry is one plugin of a root.
type entry struct {
	*member
	*slot
	root   *root
	place  int
	config []byte
	period uint32 // of its ticks, in milliseconds
	since  uint64 // nanoseconds since its last one
	queues []uint32
	late   bool // its OnPluginDone returned false
}

// enter begins a callback of the host for a context.
func (g *guest) enter(id uint32) { g.host = id }

// use makes the SDK's state that of a plugin, whose code is to run until done.
func (g *guest) use(e *entry) abi.Guest {
	if g.current != e.member {
		before := swap(e.mine)
		if g.current != nil {
			g.current.mine = before
		} else {
			g.outside = before
		}
		g.current = e.member
	}
	dispatch.SetCurrent(e.vm)
	g.acting = e
	abi.SetHook(g)
	return e.front
}

// done ends what use began.
func (g *guest) done() {
	abi.SetHook(nil)
	if front := abi.SetGuest(g); front != abi.Guest(g) {
		g.acting.front = front // the plugin has put something before its VM
	}
	g.acting = nil
}

// become makes the host's functions act on a context.
func (g *guest) become(id uint32) {
	if g.host != id {
		g.host = id
		abi.SetEffectiveContext(id)
	}
}

// OnVMStart implements abi.Guest. Each plugin's own follows when it is first
// configured: one that refuses must not keep the others from starting.
func (g *guest) OnVMStart(id uint32, size int32) bool {
	g.vmContext = id
	if size > 0 {
		g.vmConfig, _ = abi.GetBufferBytes(abi.BufferVMConfig, 0, abi.BufferEnd)
	}
	return true
}

// startVM runs a plugin's OnVMStart, once.
func (g *guest) startVM(e *entry) bool {
	m := e.member
	if !m.started {
		m.started = true
		m.refused = !g.use(e).OnVMStart(g.vmContext, int32(min(len(g.vmConfig), int(abi.BufferEnd))))
		g.done()
	}
	return !m.refused
}

// OnContextCreate implements abi.Guest.
func (g *guest) OnContextCreate(id, parent uint32) {
	g.enter(id)
	if parent == 0 {
		g.roots[id] = &root{id: id}
		return
	}
	if old := g.stream(id); old != nil {
		g.drop(old) // the host uses the id again without OnDelete
	}
	r := g.roots[parent]
	if r == nil || len(r.entries) == 0 {
		abi.Log(abi.LogCritical, "bundle: stream of a filter that was never configured; it is answered with 500")
		r = &root{id: parent, chain: true}
	}
	g.begin(id, r)
}

// OnDelete implements abi.Guest.
func (g *guest) OnDelete(id uint32) {
	g.enter(id)
	if s := g.stream(id); s != nil {
		g.drop(s)
		return
	}
	r := g.roots[id]
	if r == nil {
		return
	}
	for _, e := range r.entries {
		g.use(e).OnDelete(id)
		g.done()
	}
	delete(g.roots, id)
}

// OnDone implements abi.Guest.
func (g *guest) OnDone(id uint32) bool {
	g.enter(id)
	r := g.roots[id]
	if r == nil {
		return true
	}
	r.open = 0
	for _, e := range r.entries {
		if e.late = !g.use(e).OnDone(id); e.late {
			r.open++
		}
		g.done()
	}
	g.settle()
	return r.open == 0
}

// Done implements abi.Hook: the host is told when the last plugin is done.
func (g *guest) Done() abi.Status {
	if e := g.acting; e.late {
		e.late = false
		if e.root.open--; e.root.open > 0 {
			return abi.StatusOK
		}
	}
	abi.SetHook(nil)
	defer abi.SetHook(g)
	return abi.Done()
}
