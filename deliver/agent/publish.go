package agent

import (
	"maps"
	"slices"

	"github.com/sluiceproxy/sluice/deploy/xds"
)

// publish hands what the Envoy shall have to the server, if it has changed. Before
// all is known that it asks for as a whole, it gets nothing: it would take what is
// missing as gone.
func (n *node) publish() {
	w := n.wants()
	if old := n.wanted.Load(); w == nil && old == nil || w != nil && old != nil && equal(*w, *old) {
		return
	}
	n.wanted.Store(w)
	n.a.server.Changed()
}

func (n *node) wants() *xds.Wanted {
	for t, names := range n.asked() {
		if names["*"] && !n.isKnown(t) {
			return nil
		}
	}
	w := xds.Wanted{}
	for _, t := range types {
		for _, name := range slices.Sorted(maps.Keys(n.items[t])) {
			if r, ok := n.items[t][name].serves(); ok {
				w[t] = append(w[t], r)
			}
		}
	}
	return &w
}

// isKnown reports whether it is known what there is of a type.
func (n *node) isKnown(t xds.Type) bool {
	for _, i := range n.items[t] {
		if i.isUndecided() {
			return false
		}
	}
	return n.known[t]
}

func equal(a, b xds.Wanted) bool {
	for _, t := range types {
		if !slices.EqualFunc(a[t], b[t], func(a, b xds.Resource) bool { return a.Name == b.Name && a.Version == b.Version }) {
			return false
		}
	}
	return true
}
