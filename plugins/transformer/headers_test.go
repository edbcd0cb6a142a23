package main

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// gateway keeps headers as gateways do: a header that is replaced loses all values
// that it had.
type gateway struct {
	headers [][2]string
	whole   int // writes of all headers
	single  int
}

func (g *gateway) writer() writer {
	remove := func(name string) error {
		g.headers = slices.DeleteFunc(g.headers, func(h [2]string) bool { return h[0] == name })
		return nil
	}
	add := func(name, value string) error {
		g.headers = append(g.headers, [2]string{name, value})
		return nil
	}
	count := func(n *int, write func(name, value string) error) func(name, value string) error {
		return func(name, value string) error { *n++; return write(name, value) }
	}
	return writer{
		all:     func(all [][2]string) error { g.whole++; g.headers = slices.Clone(all); return nil },
		replace: count(&g.single, func(name, value string) error { _ = remove(name); return add(name, value) }),
		add:     count(&g.single, add),
		remove:  func(name string) error { g.single++; return remove(name) },
	}
}

// byName are the values of each header, in order: more of their order means nothing.
func byName(headers [][2]string) map[string][]string {
	out := map[string][]string{}
	for _, h := range headers {
		out[h[0]] = append(out[h[0]], h[1])
	}
	return out
}

// TestWrites: headers that are written one by one become what they become when all
// are written, with headers that come twice, and twice in a row on the same message.
func TestWrites(t *testing.T) {
	names := []string{"a", "b", "c", "d", "host", "x-a", "x-b", "x-c", "x-d"}
	values := []string{"1", "2", "", "\n", "3,4"}
	pick := func(of []string) string { return of[rand.IntN(len(of))] }
	wholes, singles := 0, 0
	for range 20000 {
		before := [][2]string{{":path", "/p"}}
		for range rand.IntN(7) {
			before = append(before, [2]string{pick(names), pick(values[:3])})
		}
		g, m := &gateway{headers: slices.Clone(before)}, &message{headers: newFields(before)}
		for range 1 + rand.IntN(2) {
			var ops []op
			for range 1 + rand.IntN(5) {
				o := op{operate: pick([]string{"remove", "rename", "replace", "add", "append", "map", "dedupe"}), key: pick(names), to: pick(names), value: pick(values), source: inHeaders}
				o.strategy = pick([]string{"RETAIN_UNIQUE", "RETAIN_LAST", "RETAIN_FIRST", "SPLIT_AND_RETAIN_FIRST", "SPLIT_AND_RETAIN_LAST"})
				if rand.IntN(8) == 0 {
					o.operate, o.key = "replace", ":path"
				}
				ops = append(ops, o)
			}
			m.fields(ops, m.headers)
			if got := m.sendHeaders(g.writer(), types.HeaderContinue); got != types.HeaderContinue {
				t.Fatalf("action %v", got)
			}
			want := byName(m.headers.pairs())
			if got := byName(g.headers); !maps.EqualFunc(got, want, slices.Equal[[]string]) {
				t.Fatalf("%q with %+v: %q, want %q", before, ops, got, want)
			}
		}
		wholes, singles = wholes+g.whole, singles+g.single
	}
	if wholes < 1000 || singles < 1000 {
		t.Errorf("%d writes of all headers, %d of single ones: the test sees one way only", wholes, singles)
	}
}
