package serve

import (
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/deploy/xds"
)

// status tells everything.
func (s *server) status() Status {
	nodes := s.xds.Nodes() // before the lock: it asks what is wanted
	s.mu.Lock()
	defer s.mu.Unlock()
	out := Status{Directory: s.o.Dir, Gateway: s.o.Gateway, Started: s.began, Problems: s.problems, Plugins: []PluginStatus{}, Nodes: []NodeStatus{}}
	if g := s.gateway; g != nil && g.problem != nil {
		out.Problems = append(out.Problems[:len(out.Problems):len(out.Problems)], Problem{File: g.path, Text: g.problem.Error(), Since: g.since})
	}
	for _, e := range s.sorted {
		out.Plugins = append(out.Plugins, e.status())
	}
	for _, n := range nodes {
		out.Nodes = append(out.Nodes, s.node(n))
	}
	return out
}

func (e *entry) status() PluginStatus {
	out := PluginStatus{Name: e.name, Resource: e.spec.Resource(), Source: e.spec.Source, URL: e.spec.URL, Phase: string(e.spec.Phase),
		Priority: e.spec.Priority, State: "ready", Wanted: e.newest().describe(), Canary: e.canary.status(e)}
	switch {
	case e.problem != nil:
		out.State, out.Problem, out.Since = "old", e.problem.Error(), timeOf(e.since)
		if len(e.versions) == 0 {
			out.State = "failed"
		}
	case e.working:
		out.State = "preparing"
	}
	return out
}

func (s *server) node(n xds.NodeStatus) NodeStatus {
	out := NodeStatus{ID: n.Node.ID, Cluster: n.Node.Cluster, Address: n.Address, Version: n.Node.Version, Namespace: n.Node.Namespace,
		Labels: n.Node.Labels, Agent: n.Node.Agent, Connected: n.Connected, Since: n.Since, Plugins: []NodePluginStatus{}}
	for _, r := range n.Resources {
		p := NodePluginStatus{Name: r.Name, Type: short(r.Type), State: string(r.State), Wanted: r.Wanted, Running: r.Running,
			Since: timeOf(r.Since), Refused: r.Refused, Reason: r.Reason, RefusedAt: timeOf(r.RefusedAt)}
		if r.Type == xds.Extensions {
			out.Plugins = append(out.Plugins, s.plugin(p))
		} else {
			out.Others = append(out.Others, p)
		}
	}
	return out
}

// plugin adds what this process knows about the version that a node runs.
func (s *server) plugin(p NodePluginStatus) NodePluginStatus {
	e := s.entries[p.Name]
	if e == nil {
		if p.State == string(xds.Running) {
			p.State = "removed"
		}
		return p
	}
	if v := e.find(p.Running); v != nil {
		p.RunningVersion = v.describe()
		if p.Refused != "" && p.State == string(xds.Running) && v != e.newest() {
			p.State = string(xds.Denied) // it shall have an older one because it refused the newest
		}
		return p
	}
	if p.State == string(xds.Running) && len(e.versions) == 0 {
		p.State = "denying"
		if e.spec.FailStrategy == "FAIL_OPEN" {
			p.State = "passing"
		}
	}
	return p
}

// short is the last part of a type's name.
func short(t xds.Type) string { return string(t)[strings.LastIndexByte(string(t), '.')+1:] }

func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
