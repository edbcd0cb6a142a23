package dispatch

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// bodies looks after headers that wait for a body with HeaderStopIteration.
// Envoy shows none unless allow_on_headers_stop_iteration is set, and nothing
// else tells a plugin whether it is; such a stream would hang for ever. So it
// is ended when no body has come in time, until one has come at last: then the
// gateway is known to show them, and a slow sender is just that.
type bodies struct {
	shown bool
	held  []heldHeaders
}

// heldHeaders wait for a body.
type heldHeaders struct {
	stream uint32
	dir    abi.StreamType
	until  int64 // on registered.clock
}

const (
	// bodyPatience is how long headers wait for the first part of a body, in
	// nanoseconds.
	bodyPatience = 5_000_000_000
	// bodyTick is how often that is looked at, in milliseconds.
	bodyTick = 500
)

var errNoBodyShown = errors.New("the headers wait for a body, and in 5 s the gateway has shown nothing of it: either the sender " +
	"is slow, or allow_on_headers_stop_iteration is not set in the plugin's configuration in the gateway " +
	"(Istio's WasmPlugin can't set it), which then never shows a body to a plugin that holds headers back")

const detailNoBodyShown = "plugin_was_shown_no_body"

// WatchBodies makes streams end whose headers wait for a body that the gateway
// never shows; now is a clock in nanoseconds. It is called for plugins that
// wait for bodies.
func WatchBodies(now func() int64) {
	registered.clock = now
	registered.hold, registered.came, registered.look = (*VM).hold, (*VM).came, (*VM).lookAtHeld
}

// hold notes that the headers of a stream wait for a body.
func (v *VM) hold(s *stream, dir abi.StreamType) {
	if v.bodies.shown || v.Plain() {
		return
	}
	v.bodies.held = append(v.bodies.held, heldHeaders{s.id, dir, registered.clock() + bodyPatience})
	if p := v.plugins[s.plugin]; p != nil && p.ticks[BodyTicks] == 0 {
		v.SetTick(s.plugin, BodyTicks, bodyTick)
	}
}

// came follows each part of a body while headers wait.
func (v *VM) came(s *stream, dir abi.StreamType) {
	for _, h := range v.bodies.held {
		if h.stream == s.id && h.dir == dir && s.paused[dir] {
			v.bodies = bodies{shown: true}
			v.SetTick(s.plugin, BodyTicks, 0)
			return
		}
	}
}

// lookAtHeld ends the streams of a plugin context that have waited too long.
func (v *VM) lookAtHeld(plugin uint32) {
	now, mine := registered.clock(), false
	held := v.bodies.held
	v.bodies.held = held[:0]
	for _, h := range held {
		s := v.stream(h.stream)
		switch {
		case s == nil || s.done || !s.paused[h.dir] || v.Settled(s.id, h.dir):
			continue
		case s.plugin != plugin:
		case s.busy():
			h.until, mine = now+bodyPatience, true // its own time bounds it
		case now >= h.until:
			v.endHeld(s, h.dir)
			continue
		default:
			mine = true
		}
		v.bodies.held = append(v.bodies.held, h)
	}
	v.Become(plugin)
	if !mine {
		v.SetTick(plugin, BodyTicks, 0)
	}
}

// endHeld answers a stream, or lets it go on where the plugin's policy says so.
func (v *VM) endHeld(s *stream, dir abi.StreamType) {
	v.Become(s.id)
	p := PhaseRequestHeaders
	if dir == abi.StreamResponse {
		p = PhaseResponseHeaders
	}
	end := "it is answered with 500"
	verdict := v.ask(Panic{Phase: p, ContextID: s.id, PluginID: s.plugin, Value: errNoBodyShown})
	if verdict == FailOpen {
		end = "it goes on, as the plugin's policy says"
	}
	abi.Log(abi.LogError, "a stream would hang after "+p.String()+", "+end+": "+errNoBodyShown.Error())
	v.tally("sluice_bodies_never_shown")
	if verdict == FailClosed {
		v.failWith(s, detailNoBodyShown)
		return
	}
	s.release()
}

// waitsForBody reports whether an action keeps headers until a body has come.
func waitsForBody(p Phase, action uint32, forGood bool) bool {
	return action == uint32(types.HeaderStopIteration) && p.headers() && !forGood
}
