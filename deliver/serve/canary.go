package serve

import (
	"context"
	"time"

	"github.com/sluiceproxy/sluice/deliver/rollout"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/report"
)

// canary is a new version of a plugin that takes over step by step, or was rolled
// back.
type canary struct {
	version        *version
	state          rollout.State
	stable, canary rollout.Counts // since the step began
}

// policy is what the resource asks for now. Without annotations a version takes
// over at once.
func (e *entry) policy() *wasmplugin.Canary { return e.spec.Canary() }

// offer takes a version that is ready: as a canary where the resource asks for that
// and something serves that an Envoy has taken, else as the newest.
func (s *server) offer(e *entry, v *version, now time.Time) (events []Event) {
	p, old := e.policy(), e.newest()
	if p == nil || old == nil || !old.good || old.id == v.id {
		e.canary = nil
		s.keep(e)
		e.add(v)
		return nil
	}
	if e.canary != nil && e.canary.version.id == v.id {
		return nil // asked for again
	}
	state, known := s.memory.rollout(e.name)
	switch {
	case !known || state.Canary != v.id:
		state = rollout.Begin(p, old.id, v.id, now)
	case state.Phase == rollout.Promoted: // and no Envoy has taken it before the restart
		e.canary = nil
		e.add(v)
		return nil
	case state.Phase == rollout.Running:
		state.Since = now // what was counted before the restart is gone
	}
	e.canary = &canary{version: v, state: state}
	s.keep(e)
	s.note(canaryOf(v.spec), v.ready)
	return []Event{e.canaryEvent(s.canaryPercent(e))}
}

// canaryOf is the name under which a canary is remembered, beside what serves.
func canaryOf(w wasmplugin.Plugin) wasmplugin.Plugin {
	w.Name += "~canary"
	return w
}

// recallCanary is a rollout that ran before this process began: Envoys have its
// version, and shall keep it until the registry has answered. It is nil for none.
func (s *server) recallCanary(ctx context.Context, e *entry, w wasmplugin.Plugin, at time.Time) *canary {
	state, known := s.memory.rollout(e.name)
	if !known || state.Phase != rollout.Running || w.Canary() == nil {
		return nil
	}
	as := canaryOf(w)
	ready, err := s.prep.LastGood(ctx, &as)
	if err != nil {
		return nil
	}
	v, err := newVersion(e.name, w, ready, at)
	if err != nil || v.id != state.Canary {
		return nil
	}
	state.Since = time.Now() // what was counted is gone
	return &canary{version: v, state: state}
}

// keep notes the state of a rollout for the time after a restart.
func (s *server) keep(e *entry) {
	var state *rollout.State
	if e.canary != nil {
		state = &e.canary.state
	}
	if err := s.memory.keepRollout(e.name, state); err != nil {
		go s.tell(Warning{"remembering the rollout of " + e.name + ": " + err.Error()}) // the caller has the lock
	}
}

func (s *server) canaryPercent(e *entry) int {
	if p := e.policy(); p != nil && e.canary != nil {
		return e.canary.state.Percent(p)
	}
	return 0
}

func (e *entry) canaryEvent(percent int) Event {
	c := e.canary
	out := Canary{Plugin: e.name, Version: c.version.id, Phase: string(c.state.Phase), Percent: percent, Reason: c.state.Reason}
	if p := e.policy(); p != nil && p.Header != "" && c.state.Phase == rollout.Running {
		out.Header = p.Header + "=" + p.Value
	}
	return out
}

// split is what a node gets while a rollout runs: both versions. It reports false
// where it gets the stable one alone.
func (e *entry) split(n xds.Node, stable *version, refused func(envoy, version string) bool) (xds.Resource, bool) {
	p := e.policy()
	if p == nil || e.canary == nil || e.canary.state.Phase != rollout.Running {
		return xds.Resource{}, false
	}
	old, err := stable.resource(n)
	if err != nil {
		return xds.Resource{}, false
	}
	next, err := e.canary.version.resource(n)
	if err != nil || refused(n.Version, next.Version) {
		return xds.Resource{}, false
	}
	r, err := xds.Split{Name: e.name, Stable: xds.Branch{Version: stable.id, Resource: old}, Canary: xds.Branch{Version: e.canary.version.id, Resource: next},
		Header: p.Header, Value: p.Value, Percent: e.canary.state.Percent(p)}.Resource()
	return r, err == nil && !refused(n.Version, r.Version)
}

// reported counts requests that have ended, and acts at once where they are bad.
func (s *server) reported(requests []report.Request) {
	s.mu.Lock()
	touched := map[*entry]bool{}
	for _, r := range requests {
		for plugin, id := range r.Versions {
			if e := s.entries[plugin]; e != nil && e.count(id, r) {
				touched[e] = true
			}
		}
	}
	var events []Event
	for e := range touched {
		events = append(events, s.judge(e, time.Now())...)
	}
	s.mu.Unlock()
	s.announce(events)
}

// count counts a request, if a rollout runs that its version is part of.
func (e *entry) count(id string, r report.Request) bool {
	if e.canary == nil || e.canary.state.Phase != rollout.Running {
		return false
	}
	if id == e.canary.version.id {
		e.canary.canary.Add(r.Code, r.Took)
		return true
	}
	for _, v := range e.versions {
		if v.id == id {
			e.canary.stable.Add(r.Code, r.Took)
			return true
		}
	}
	return false
}

// judgeAll goes on with what is due.
func (s *server) judgeAll(now time.Time) {
	s.mu.Lock()
	var events []Event
	for _, e := range s.sorted {
		events = append(events, s.judge(e, now)...)
	}
	s.mu.Unlock()
	s.announce(events)
}

// announce tells what has happened to rollouts, and hands out what follows.
func (s *server) announce(events []Event) {
	if len(events) == 0 {
		return
	}
	s.changed()
	for _, e := range events {
		s.tell(e)
	}
}

// judge decides about a rollout. The caller has the lock.
func (s *server) judge(e *entry, now time.Time) []Event {
	p := e.policy()
	if p == nil || e.canary == nil {
		return nil
	}
	c := e.canary
	verdict, reason := rollout.Judge(p, c.state, &c.stable, &c.canary, now)
	switch verdict {
	case rollout.Promote:
		return s.promote(e, reason, now)
	case rollout.RollBack:
		return s.rollBack(e, reason, now)
	case rollout.Advance:
		c.state.Step, c.state.Since, c.state.Reason = c.state.Step+1, now, reason
		c.stable, c.canary = rollout.Counts{}, rollout.Counts{}
		s.keep(e)
		return []Event{e.canaryEvent(s.canaryPercent(e))}
	default:
		return nil
	}
}

// promote makes the new version the newest. The caller has the lock.
func (s *server) promote(e *entry, reason string, now time.Time) []Event {
	c := e.canary
	c.state.Phase, c.state.Since, c.state.Reason = rollout.Promoted, now, reason
	s.keep(e)
	c.version.since, c.version.started = now, now
	e.add(c.version)
	event := e.canaryEvent(100)
	e.canary = nil
	return []Event{event}
}

// rollBack takes the requests from the new version. The caller has the lock.
func (s *server) rollBack(e *entry, reason string, now time.Time) []Event {
	e.canary.state.Phase, e.canary.state.Since, e.canary.state.Reason = rollout.RolledBack, now, reason
	s.keep(e)
	return []Event{e.canaryEvent(0)}
}

// reports says which listeners of a node report: those in whose chain a plugin asks
// for progressive delivery.
func (s *server) reports(n xds.Node) func(xds.Place) bool {
	return func(p xds.Place) bool {
		for _, e := range s.sorted {
			if e.policy() != nil && applies(&e.spec, n, s.o.Roots) && runsIn(&e.spec, p) {
				return true
			}
		}
		return false
	}
}

// splitRefused rolls back a version whose split a node has refused.
func (s *server) splitRefused(r xds.Refused) {
	s.mu.Lock()
	e := s.entries[r.Resource]
	var events []Event
	if r.Type == xds.Extensions && e != nil && e.canary != nil && e.canary.state.Phase == rollout.Running && e.find(r.Version) == nil {
		events = s.rollBack(e, r.Node.ID+" has refused it: "+r.Reason, time.Now())
	}
	s.mu.Unlock()
	s.announce(events)
}
