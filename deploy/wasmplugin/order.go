package wasmplugin

import (
	"cmp"
	"math"
	"slices"
)

// Order sorts plugins as they run: phases AUTHN, AUTHZ, STATS and none, in each
// the highest priority first and those without one last, and then by namespace
// and name. Entries of one resource keep their order.
//
// That is Istio's and Higress' order (the latter is the former's), where no
// priority counts as the least possible. Istio leaves equal priorities in the
// order of creation, then of name and namespace; a file has no time of creation.
func Order(plugins []Plugin) {
	slices.SortStableFunc(plugins, func(a, b Plugin) int {
		return cmp.Or(
			cmp.Compare(rank(a.Phase), rank(b.Phase)),
			cmp.Compare(priority(b), priority(a)),
			cmp.Compare(a.Namespace, b.Namespace),
			cmp.Compare(a.Name, b.Name),
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
		return math.MinInt64
	}
	return *p.Priority
}
