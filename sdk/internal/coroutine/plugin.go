package coroutine

import (
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/clock"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

// Plugin is one plugin context: its pool of fibers and what they wait for.
type Plugin struct {
	Scope  // what the plugin does of itself
	vm     *dispatch.VM
	idle   []*fiber
	scopes []Scope // of streams to come

	first    *Wait // all waits, in no order
	count    int
	derived  int   // waits whose context can end before their stream
	earliest int64 // no wait ends before

	ticker
}

var _ dispatch.Attachment = (*Plugin)(nil)

// maxIdle bounds the fibers kept after a peak: about 8 KiB each.
const maxIdle = 256

// PluginOf returns the state of the plugin context with that id.
func PluginOf(id uint32) *Plugin {
	vm := dispatch.Current()
	if p, ok := vm.Attached(id).(*Plugin); ok {
		return p
	}
	p := &Plugin{vm: vm, ticker: ticker{vm: vm, plugin: id}}
	p.id, p.Scope.plugin = id, p
	vm.Attach(id, p)
	return p
}

func (p *Plugin) get() *fiber {
	if n := len(p.idle); n > 0 {
		f := p.idle[n-1]
		p.idle = p.idle[:n-1]
		f.done, f.parked, f.failed, f.action = false, false, false, 0
		return f
	}
	return newFiber()
}

// put keeps a fiber for the next job. Its outcome stays readable until then.
func (p *Plugin) put(f *fiber) {
	f.job, f.parent, f.cause, f.children = nil, nil, nil, 0
	f.scope, f.limit = nil, nil
	if len(p.idle) < maxIdle && !p.over {
		p.idle = append(p.idle, f)
		return
	}
	f.release()
}

// release ends the coroutine. One that has seen runtime.Goexit would take its
// caller with it, so it stays, parked for good.
func (f *fiber) release() {
	if !f.spent {
		f.stop()
	}
}

// End implements dispatch.Attachment.
func (p *Plugin) End() {
	p.Scope.End()
	for _, f := range p.idle {
		f.release()
	}
	p.idle = nil
}

// add puts a wait on the list.
func (p *Plugin) add(w *Wait, limit time.Duration) {
	now := clock.Now()
	w.deadline = now + int64(max(limit, 0))
	w.next = p.first
	if w.next != nil {
		w.next.prev = w
	}
	p.first = w
	if p.count++; p.count == 1 || w.deadline < p.earliest {
		p.earliest = w.deadline
	}
	if w.ctx != nil {
		p.derived++
	}
	p.arm(w.deadline - now)
}

func (p *Plugin) remove(w *Wait) {
	if w.prev != nil {
		w.prev.next = w.next
	} else {
		p.first = w.next
	}
	if w.next != nil {
		w.next.prev = w.prev
	}
	w.prev, w.next = nil, nil
	p.count--
	if w.ctx != nil {
		p.derived--
	}
}

// Tick implements dispatch.Attachment: it ends the waits whose time is up.
func (p *Plugin) Tick() {
	now := clock.Now()
	if p.count > 0 && (now >= p.earliest || p.derived > 0) {
		for _, w := range p.due(now) {
			if w.over {
				continue // ended by one before
			}
			p.vm.Become(w.fiber.scope.id)
			w.finish(w.reason())
		}
		p.vm.Become(p.id)
	}
	p.rearm(now, p.count, p.earliest)
}

// due returns the waits that are over, and finds the earliest of the others.
func (p *Plugin) due(now int64) (over []*Wait) {
	p.earliest = 1<<63 - 1
	for w := p.first; w != nil; w = w.next {
		if w.deadline <= now || w.ctx != nil && w.ctx.Err() != nil {
			over = append(over, w)
			continue
		}
		p.earliest = min(p.earliest, w.deadline)
	}
	return over
}

func (w *Wait) reason() error {
	if w.ctx != nil {
		if err := w.ctx.Err(); err != nil {
			return err
		}
	}
	return ErrDeadline
}
