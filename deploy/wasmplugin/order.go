package wasmplugin

import (
	"cmp"
	"math"
	"slices"
)

// Order sorts plugins as they run: phases AUTHN, AUTHZ, STATS and none, in each
// the highest priority first and those without one last, and then by name and
// namespace. Entries of one resource keep their order.
//
// That is the order of Istio 1.31, which Higress inherits: no priority counts as
// the least that there is, and plugins that have been created in the same second
// go by name, then namespace. A file has no time of creation.
func Order(plugins []Plugin) {
	slices.SortStableFunc(plugins, func(a, b Plugin) int {
		return cmp.Or(
			cmp.Compare(rank(a.Phase), rank(b.Phase)),
			cmp.Compare(priority(b), priority(a)),
			cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.Namespace, b.Namespace),
			cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Entry, b.Entry),
		)
	})
}

func rank(p Phase) int {
	if i := slices.Index([]Phase{Authn, Authz, Stats}, p); i >= 0 {
		return i
	}
	return 3
}

func priority(p Plugin) int64 {
	if p.Priority == nil {
		return math.MinInt32
	}
	return *p.Priority
}
