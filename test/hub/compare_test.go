package hub

import (
	"fmt"
	"slices"
)

// compare says what is wrong with what became of a request, "" if nothing is.
func (g guard) compare(q *request, want verdict, got outcome) string {
	byGateway := q.odd && got.status >= 400 && got.status < 500
	switch {
	case got.err != nil && !q.odd:
		return fmt.Sprintf("no answer: %v", got.err)
	case got.status >= 500:
		return "a 5xx"
	case got.seen != nil && !want.pass && !want.either:
		return "it must not reach the backend, and does"
	case got.seen == nil && got.status == 200 && !slices.Contains(g.statuses, 200):
		return "it is answered with 200, and the backend has not seen it"
	case got.seen == nil && want.pass && !byGateway:
		return "it must reach the backend, and does not"
	case got.seen == nil && !byGateway && got.err == nil && !slices.Contains(g.statuses, got.status):
		return fmt.Sprintf("refused with a status that is not one of %v", g.statuses)
	case got.seen == nil:
		return ""
	}
	for _, name := range g.stripped {
		if v := got.seen.Values(name); len(v) > 0 {
			return fmt.Sprintf("the backend sees %s: %q", name, v)
		}
	}
	v := got.seen.Values("X-Mse-Consumer")
	switch {
	case want.either, want.consumer == whatever:
	case want.consumer == "" && len(v) > 0, want.consumer != "" && !slices.Equal(v, []string{want.consumer}):
		return fmt.Sprintf("the backend sees the consumer %q, want %q", v, want.consumer)
	}
	return ""
}

// judge compares, and asks the plugin's own oracle. It counts the kinds.
func (g guard) judge(q *request, want verdict, got outcome, seen map[string]int) string {
	wrong := g.compare(q, want, got)
	byGateway := q.odd && got.seen == nil && got.status >= 400
	if wrong != "" || g.exact == nil || got.err != nil || byGateway {
		return wrong
	}
	kind, wrong := g.exact(q, got)
	seen[kind]++
	if wrong != "" {
		return kind + ": " + wrong
	}
	return ""
}
