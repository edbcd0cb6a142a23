package bundle

import (
	"slices"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// each calls f for the plugins of a filter, a plugin running, in a callback of
// the host.
func (g *guest) each(id uint32, wanted func(*entry) bool, f func(abi.Guest)) {
	g.enter(id)
	if r := g.roots[id]; r != nil {
		for _, e := range r.entries {
			if wanted == nil || wanted(e) {
				g.become(id)
				f(g.use(e))
				g.done()
			}
		}
	}
	g.settle()
}

// OnHTTPCallResponse implements abi.Guest.
func (g *guest) OnHTTPCallResponse(id, token uint32, headers, bodySize, trailers int32) {
	g.each(id, func(e *entry) bool { return !e.root.chain || e.vm.WaitsForHTTP(id, token) },
		func(front abi.Guest) { front.OnHTTPCallResponse(id, token, headers, bodySize, trailers) })
}

// OnRedisCallResponse implements abi.Guest.
func (g *guest) OnRedisCallResponse(id, token uint32, status, size int32) {
	g.each(id, func(e *entry) bool { return !e.root.chain || e.vm.WaitsForRedis(id, token) },
		func(front abi.Guest) { front.OnRedisCallResponse(id, token, status, size) })
}

// OnQueueReady implements abi.Guest.
func (g *guest) OnQueueReady(id, queue uint32) {
	g.each(id, func(e *entry) bool { return slices.Contains(e.queues, queue) },
		func(front abi.Guest) { front.OnQueueReady(id, queue) })
}

// OnForeignFunction implements abi.Guest.
func (g *guest) OnForeignFunction(id, function uint32, size int32) {
	g.each(id, nil, func(front abi.Guest) { front.OnForeignFunction(id, function, size) })
}

// OnTick implements abi.Guest: it ticks the plugins whose time has come.
func (g *guest) OnTick(id uint32) {
	r := g.roots[id]
	if r == nil {
		return
	}
	now, _ := abi.GetCurrentTime()
	passed := max(now, r.ticked) - r.ticked
	r.ticked = max(now, r.ticked)
	for _, e := range r.entries {
		e.since += passed
	}
	g.each(id, (*entry).due, func(front abi.Guest) { front.OnTick(id) })
}

// due reports whether a plugin is to be ticked now: half a millisecond early
// rather than a whole period late.
func (e *entry) due() bool {
	const millisecond = 1_000_000
	if e.period == 0 {
		return false
	}
	if e.period != e.root.period && e.since+millisecond/2 < uint64(e.period)*millisecond {
		return false
	}
	e.since = 0
	return true
}

// SetTickPeriod implements abi.Hook. A host has one period for a filter: it is the
// shortest that any of its plugins wants.
func (g *guest) SetTickPeriod(ms uint32) abi.Status {
	e := g.acting
	abi.SetHook(nil)
	defer abi.SetHook(g)
	if !e.root.chain {
		e.root.period, e.period = ms, ms
		return abi.SetTickPeriod(ms)
	}
	return e.root.setTick(e, ms)
}

func (r *root) setTick(e *entry, ms uint32) abi.Status {
	e.period, e.since = ms, 0
	var period uint32
	for _, e := range r.entries {
		if e.period != 0 && (period == 0 || e.period < period) {
			period = e.period
		}
	}
	if period == r.period && ms != 0 {
		return abi.StatusOK
	}
	if r.period == 0 {
		r.ticked, _ = abi.GetCurrentTime()
	} else if period != 0 && period != r.period {
		abi.SetTickPeriod(0) // hosts may let a running tick finish its old period
	}
	r.period = period
	return abi.SetTickPeriod(period)
}
