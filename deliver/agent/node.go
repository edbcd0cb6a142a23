package agent

import (
	"context"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/upstream"
)

// types are those that the agent relays, in the order in which they are asked for.
var types = [...]xds.Type{xds.Clusters, xds.Listeners, xds.Routes, xds.Extensions}

// node is an Envoy. Its loop alone changes it; wanted is for everybody.
type node struct {
	a      *Agent
	id     string
	ctx    context.Context //nolint:containedctx // what the loop ends with
	end    context.CancelFunc
	proto  upstream.Node
	work   chan func()
	wanted atomic.Pointer[xds.Wanted] // nil for a node about which nothing is known

	streams map[uint64]map[xds.Type]upstream.Asked
	items   map[xds.Type]map[string]*item
	// known are the whole types of which the control plane has said what there is,
	// now or before a restart.
	known map[xds.Type]bool

	session *session // nil while the control plane is away
	leave   context.CancelFunc
	pending []*pending
	// last is the nonce of the control plane's last update of a type.
	last map[xds.Type]string

	save *time.Timer // writes the state soon
}

func newNode(a *Agent, id string) *node {
	ctx, end := context.WithCancel(a.ctx)
	n := &node{
		ctx: ctx, end: end,
		a: a, id: id, work: make(chan func()),
		streams: map[uint64]map[xds.Type]upstream.Asked{}, items: map[xds.Type]map[string]*item{},
		known: map[xds.Type]bool{}, last: map[xds.Type]string{},
	}
	for _, t := range types {
		n.items[t] = map[string]*item{}
	}
	return n
}

// run is the loop. It ends with the node's context.
func (n *node) run() {
	defer n.close()
	for n.ctx.Err() == nil {
		select {
		case f := <-n.work:
			f()
		case <-n.ctx.Done():
		}
	}
}

// do has the loop run f, and returns when it has. It reports false, at once, if the
// loop has ended.
func (n *node) do(f func()) bool {
	done := make(chan struct{})
	select {
	case n.work <- func() { defer close(done); f() }:
		<-done
		return true
	case <-n.ctx.Done():
		return false
	}
}

// leaveIfIdle ends a node that has no connection, and reports whether it did. What
// its Envoy has accepted is on the disk.
func (n *node) leaveIfIdle() (gone bool) {
	n.do(func() {
		if gone = len(n.streams) == 0; gone {
			n.end()
		}
	})
	return gone
}

// close ends what the node has begun, and writes what is to be kept.
func (n *node) close() {
	if n.leave != nil {
		n.leave()
	}
	for _, items := range n.items {
		for _, i := range items {
			i.end()
		}
	}
	if n.save != nil { // the loop, which would write it, is at its end
		n.save.Stop()
		n.write()
	}
}

// ask notes what a stream of the Envoy asks for.
func (n *node) ask(q upstream.Asked) {
	first := len(n.streams) == 0
	before := n.asked()
	if q.Gone {
		delete(n.streams, q.Stream)
	} else {
		n.proto = q.Node
		if n.streams[q.Stream] == nil {
			n.streams[q.Stream] = map[xds.Type]upstream.Asked{}
		}
		n.streams[q.Stream][q.Type] = q
	}
	n.subscribe(before, q.Gone)
	switch {
	case first && len(n.streams) > 0:
		n.a.tell(Connected{n.id})
		n.join()
	case !first && len(n.streams) == 0:
		n.part()
	}
	n.settle()
}

// join begins to ask the control plane, when the Envoy has connected.
func (n *node) join() {
	ctx, cancel := context.WithCancel(n.a.ctx)
	n.leave = cancel
	proto := n.proto
	n.a.group.Go(func() { n.connect(ctx, proto) })
}

// part ends that, when its last stream has ended.
func (n *node) part() {
	n.leave()
	n.leave, n.session, n.pending = nil, nil, nil
	for _, items := range n.items {
		for _, i := range items {
			i.held, i.refused, i.reason = "", "", "" // the next Envoy is asked again
		}
	}
	n.a.tell(Disconnected{n.id})
}

// asked are the names that the Envoy asks for, by type; "*" is for all.
func (n *node) asked() map[xds.Type]map[string]bool {
	out := map[xds.Type]map[string]bool{}
	for _, stream := range n.streams {
		for t, q := range stream {
			if out[t] == nil {
				out[t] = map[string]bool{}
			}
			if q.All {
				out[t]["*"] = true
			}
			for _, name := range q.Names {
				out[t][name] = true
			}
		}
	}
	return out
}

func (n *node) isAsked(t xds.Type, name string) bool {
	for _, stream := range n.streams {
		if q, ok := stream[t]; ok && (q.All || slices.Contains(q.Names, name)) {
			return true
		}
	}
	return false
}

// subscribe tells the control plane what has changed in what the Envoy asks for.
// What it has dropped itself is forgotten; what it had when it went away is kept.
func (n *node) subscribe(before map[xds.Type]map[string]bool, gone bool) {
	now := n.asked()
	for _, t := range types {
		var more, less []string
		for _, name := range slices.Sorted(maps.Keys(now[t])) {
			if !before[t][name] {
				more = append(more, name)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(before[t])) {
			if !now[t][name] {
				less = append(less, name)
				if !gone && !now[t]["*"] && name != "*" {
					n.drop(t, name)
				}
			}
		}
		if n.session != nil && len(more)+len(less) > 0 {
			n.session.subscribe(t, more, less, n.claims(t, now[t]["*"]))
		}
	}
}

// drop forgets a resource.
func (n *node) drop(t xds.Type, name string) {
	if i, ok := n.items[t][name]; ok {
		i.end()
		delete(n.items[t], name)
		n.saveSoon()
	}
}
