package serve

import (
	"slices"
	"time"

	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// happened takes what happens on connections.
func (s *server) happened(e xds.Event) {
	switch e := e.(type) {
	case xds.Connected:
		s.tell(Connected{Node: e.Node.ID, Address: e.Address, Envoy: e.Node.Version})
	case xds.Disconnected:
		s.tell(Disconnected{Node: e.Node.ID, Address: e.Address})
	case xds.Accepted:
		s.accepted(e)
	case xds.Refused:
		s.refused(e)
	}
}

// accepted notes that a version is good.
func (s *server) accepted(e xds.Accepted) {
	s.metrics.accepted(e)
	if err := s.memory.accept(e.Node.ID, e.Node.Version, e.Version); err != nil {
		s.tell(Warning{err.Error()})
	}
	took := e.Took
	switch e.Type {
	case xds.Extensions:
		took = s.serves(e)
	case xds.Listeners:
		if err := s.listens(e); err != nil {
			s.tell(Warning{"remembering the gateway's configuration: " + err.Error()})
		}
	}
	s.tell(Reloaded{What: what(e.Type, e.Resource), Node: e.Node.ID, Took: took})
}

// listens notes that the gateway's file is good, if the listener that a node has
// taken is made of it.
func (s *server) listens(e xds.Accepted) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gateway == nil || s.gateway.current == nil {
		return nil
	}
	plugins := func(p xds.Place) []string { return s.chain(e.Node, p) }
	listeners, clusters, err := s.gateway.current.Resources(plugins, xds.FromADS, s.reports(e.Node))
	made := slices.ContainsFunc(listeners, func(r xds.Resource) bool { return r.Name == e.Resource && r.Version == e.Version })
	if err != nil || !made || s.anyRefused(e.Node, listeners, clusters) {
		return nil
	}
	return s.gateway.accepted()
}

// serves notes what a node has taken, for the time after a restart, and says how
// long it took since the change.
func (s *server) serves(a xds.Accepted) time.Duration {
	s.mu.Lock()
	e := s.entries[a.Resource]
	var v *version
	if e != nil {
		v = e.find(a.Version)
	}
	if v == nil {
		s.mu.Unlock()
		return a.Took
	}
	first := !v.good
	v.good = true
	spec, ready, started, newest := v.spec, v.ready, v.started, v == e.newest()
	s.mu.Unlock()
	if newest {
		s.note(spec, ready)
	}
	if a.Took == 0 {
		return 0 // it had it before
	}
	if first {
		return time.Since(started)
	}
	return a.Took
}

func (s *server) note(w wasmplugin.Plugin, r *prepare.Ready) {
	if err := s.prep.Served(&w, r); err != nil {
		s.tell(Warning{"remembering what serves: " + err.Error()})
	}
}

// refused notes that a version is bad for an Envoy.
func (s *server) refused(e xds.Refused) {
	s.metrics.refused(e)
	if remote.IsPassing(e.Reason) { // the agent's trouble on its machine: no Envoy has seen it
		s.tell(Refused{What: what(e.Type, e.Resource), Node: e.Node.ID, Reason: e.Reason})
		return
	}
	err := s.memory.refuse(refusal{Resource: e.Resource, Version: e.Version, Envoy: e.Node.Version, Reason: e.Reason, At: time.Now().UTC(),
		Node: e.Node.ID, Alone: s.isTaken(e)})
	if err != nil {
		s.tell(Warning{"remembering a refusal: " + err.Error()})
	}
	s.tell(Refused{What: what(e.Type, e.Resource), Node: e.Node.ID, Reason: e.Reason})
	s.splitRefused(e)
	s.xds.Changed()
}

// what names a resource for people.
func what(t xds.Type, name string) string {
	switch t {
	case xds.Listeners:
		return "listener " + name
	case xds.Clusters:
		return "cluster " + name
	default:
		return name
	}
}
