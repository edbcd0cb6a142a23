package trace

import (
	"fmt"
	"time"
)

// change is what was seen of the last change of a plugin while it was watched.
type change struct {
	at       time.Time
	listener bool // a listener was touched by it
	reused   bool // the request after it used the connection of the one before
	spoke    bool // there was such a request
}

// reloaded tells whether a change of the plugin left listeners and connections.
func (l *look) reloaded() finding {
	if f, yes := l.unasked(); yes {
		return f
	}
	f := l.envoy.dump.find(l.name())
	if f == nil {
		return unknown("see the step \"configure\"", "Envoy does not have the plugin")
	}
	if c, seen := l.watch(f); seen {
		return c.finding()
	}
	return l.past(f)
}

// watch compares with the look before.
func (l *look) watch(f *filter) (change, bool) {
	before := l.t.before
	if before == nil || before.err != nil || before.node != l.envoy.node {
		c, seen := l.t.changes[l.w.ID()]
		return c, seen
	}
	old := before.dump.find(l.name())
	if old != nil && !old.updated.Equal(f.updated) {
		c := change{at: f.updated, reused: l.answer.reused, spoke: l.answer.again}
		for _, name := range [...]string{"listener_modified", "listener_in_place_updated", "listener_removed"} {
			c.listener = c.listener || l.envoy.stats["listener_manager."+name] > before.stats["listener_manager."+name]
		}
		l.t.changes[l.w.ID()] = c
	}
	c, seen := l.t.changes[l.w.ID()]
	return c, seen
}

func (c change) finding() finding {
	facts := []string{"changed " + age(c.at) + ", while it was watched"}
	switch {
	case c.listener:
		return fail("change the plugin alone: a listener that changes drains its connections", append(facts, "a listener changed with it")...)
	case c.spoke && !c.reused:
		return fail("see Envoy's log and --drain-time-s for what closed it", append(facts, "no listener changed; the connection of the request before was closed")...)
	case c.spoke:
		facts = append(facts, "the request after it used the connection of the one before")
	}
	return ok(append(facts, "no listener changed")...)
}

// past tells from what Envoy remembers, without a look before.
func (l *look) past(f *filter) finding {
	const watch = "change the plugin while this command runs with --watch, and with --url to hold a connection"
	s := l.counters(f)
	if s.hasUpdates && s.reload < 2 {
		return unknown(watch, "the plugin did not change since Envoy started")
	}
	var last time.Time
	for _, listener := range l.envoy.dump.listeners {
		if listener.updated.After(last) {
			last = listener.updated
		}
	}
	switch {
	case last.IsZero():
		return unknown(watch, "Envoy does not tell when its listeners changed")
	case !last.Before(f.updated):
		return unknown(watch, fmt.Sprintf("listeners changed %s, the plugin before or with them, %s", age(last), age(f.updated)))
	case !s.hasUpdates:
		return unknown(watch, fmt.Sprintf("the plugin came %s and no listener changed since; whether that was its first version Envoy does not tell", age(f.updated)))
	}
	return ok(fmt.Sprintf("loaded %d times, the last one %s; listeners have not changed for %s", s.reload, age(f.updated), time.Since(last).Round(time.Second)))
}
