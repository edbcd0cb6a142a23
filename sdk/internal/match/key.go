package match

import (
	"slices"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/internal/order"
)

// Key returns a text that is the same for rules that match the same, whatever
// the order of their names and the spelling of their hosts, and different for
// all others.
func (r *Rule) Key() string {
	b := strconv.AppendInt(nil, int64(r.Kind), 10)
	for _, list := range [][]string{r.Routes, r.Services, r.Prefixes, spellings(r.Hosts), r.Consumers} {
		sorted := slices.Clone(list)
		order.Strings(sorted)
		b = append(b, '|')
		for i, name := range sorted {
			if i > 0 && name == sorted[i-1] {
				continue
			}
			b = append(strconv.AppendInt(b, int64(len(name)), 10), ':')
			b = append(b, name...)
		}
	}
	return string(b)
}

// spellings returns host patterns as they are compared.
func spellings(hosts []string) []string {
	out := make([]string, len(hosts))
	for i, h := range hosts {
		p, _ := parsePattern(h) // one with an error matches its own text
		switch {
		case p.suffix:
			out[i] = "*" + p.text
		case p.prefix:
			out[i] = p.text + "*"
		case p.isAddress:
			out[i] = "[" + string(p.address[:])
		default:
			out[i] = p.text
		}
	}
	return out
}
