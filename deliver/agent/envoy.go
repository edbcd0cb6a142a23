package agent

import "github.com/sluiceproxy/sluice/deploy/xds"

// happened notes what an Envoy says.
func (a *Agent) happened(e xds.Event) {
	switch e := e.(type) {
	case xds.Accepted:
		if n := a.find(e.Node.ID); n != nil {
			n.do(func() { n.accepted(e) })
		}
	case xds.Refused:
		if n := a.find(e.Node.ID); n != nil {
			n.do(func() { n.refused(e) })
		}
	}
}

func (n *node) accepted(e xds.Accepted) {
	i := n.items[e.Type][e.Resource]
	if i == nil {
		return
	}
	i.held = e.Version
	out := Accepted{Node: n.id, Type: string(e.Type), Resource: e.Resource, Took: e.Took}
	switch e.Version {
	case i.ready.Version:
		i.good, i.refused, i.reason = i.ready, "", ""
		n.saveSoon()
		out.Version = i.ready.Upstream
	case i.good.Version:
		out.Version = i.good.Upstream
	default:
		out.StandIn = true
	}
	n.a.tell(out)
	n.settle()
}

func (n *node) refused(e xds.Refused) {
	i := n.items[e.Type][e.Resource]
	if i == nil || e.Version != i.ready.Version {
		return
	}
	i.refused, i.reason = e.Version, e.Reason
	n.a.tell(Refused{Node: n.id, Type: string(e.Type), Resource: e.Resource, Version: i.ready.Upstream, Reason: e.Reason})
	n.settle()
}
