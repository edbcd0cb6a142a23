package agent

import (
	"time"

	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/remote"
	"github.com/sluiceproxy/sluice/deploy/xds/upstream"
)

// pending is an update of the control plane that is not answered yet.
type pending struct {
	t     xds.Type
	nonce string
	// open are the resources on which nothing is decided: for each how many attempts
	// there had been when the update came.
	open map[string]int
	// reasons are why some are refused.
	reasons map[string]string
	late    bool // its patience is at an end
}

// take notes an update.
func (n *node) take(u upstream.Update) {
	if n.items[u.Type] == nil {
		return // not asked for
	}
	p := &pending{t: u.Type, nonce: u.Nonce, open: map[string]int{}, reasons: map[string]string{}}
	for _, r := range u.Resources {
		i := n.items[u.Type][r.Name]
		if i == nil {
			i = &item{t: u.Type, name: r.Name}
			n.items[u.Type][r.Name] = i
		}
		attempts := i.attempts
		if i.desired == nil || stamp(*i.desired) != stamp(r) {
			i.end()
			i.desired, i.failure, i.attempts, attempts = &r, "", 0, 0
			n.load(i)
		}
		p.open[r.Name] = attempts
	}
	for _, name := range u.Removed {
		n.drop(u.Type, name)
	}
	n.known[u.Type] = true
	n.last[u.Type] = u.Nonce
	n.pending = append(n.pending, p)
	s := n.session
	time.AfterFunc(n.a.o.Patience, func() {
		n.do(func() {
			if p.late = true; n.session == s {
				n.settle()
			}
		})
	})
	n.settle()
}

// settle publishes what there is, answers the updates on which all is decided, and
// tells the control plane what works at last.
func (n *node) settle() {
	n.publish()
	if n.session == nil {
		return
	}
	var left []*pending
	for _, p := range n.pending {
		n.decide(p)
		if len(p.open) > 0 {
			left = append(left, p)
			continue
		}
		n.session.answer(p.t, p.nonce, p.reasons)
	}
	n.pending = left
	for _, t := range types {
		n.recant(t)
	}
}

// decide looks at the resources of an update.
func (n *node) decide(p *pending) {
	for name, attempts := range p.open {
		i := n.items[p.t][name]
		switch {
		case i == nil || i.desired == nil:
			delete(p.open, name)
		case i.isCurrent():
			n.verdict(p, i)
		case i.failure != "" && (i.attempts > attempts || p.late):
			p.refuse(i, remote.Passing(i.failure))
		case p.late:
			p.refuse(i, remote.Passing("it is still being fetched"))
		}
	}
}

// verdict is Envoy's own.
func (n *node) verdict(p *pending, i *item) {
	switch {
	case i.refused == i.ready.Version:
		p.reasons[i.name] = i.reason
	case i.held != i.ready.Version && n.isAsked(p.t, i.name):
		return // it has yet to answer
	}
	delete(p.open, i.name)
}

func (p *pending) refuse(i *item, reason string) {
	p.reasons[i.name] = reason
	delete(p.open, i.name)
	i.owed = true
}

// recant tells the control plane of resources that it was told can't be had, and
// that Envoy runs now.
func (n *node) recant(t xds.Type) {
	var again []string
	failing := false
	for name, i := range n.items[t] {
		switch {
		case i.owed && i.isCurrent() && (i.held == i.ready.Version || !n.isAsked(t, name)):
			again = append(again, name)
		case i.owed || i.refused != "":
			failing = true
		}
	}
	if len(again) == 0 {
		return
	}
	for _, name := range again {
		n.items[t][name].owed = false
	}
	for _, p := range n.pending {
		failing = failing || p.t == t // its answer comes first
	}
	if failing {
		n.session.subscribe(t, again, nil, nil)
	} else {
		n.session.answer(t, n.last[t], nil)
	}
}
