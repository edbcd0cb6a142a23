package match

import (
	"slices"
	"strconv"
)

// Key returns a text that is the same for rules that match the same, whatever
// the order of their names, and different for all others.
func (r *Rule) Key() string {
	b := strconv.AppendInt(nil, int64(r.Kind), 10)
	for _, list := range [][]string{r.Routes, r.Services, r.Prefixes, r.Hosts, r.Consumers} {
		sorted := slices.Clone(list)
		slices.Sort(sorted)
		b = append(b, '|')
		for _, name := range slices.Compact(sorted) {
			b = strconv.AppendQuote(b, name)
		}
	}
	return string(b)
}
