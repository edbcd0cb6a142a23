package mem

import (
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	b := Block(AppendPairs(nil, [][2]string{{":path", "/"}, {"X-A", "1"}, {"x-a", "2"}, {"empty", ""}, {"", "nameless"}, {"last", "v"}}))
	for name, want := range map[string]string{":path": "/", "x-a": "1", "empty": "", "last": "v", "": "nameless"} {
		if got, ok := b.Find(name); !ok || got != want {
			t.Errorf("%q: %q, %t; want %q", name, got, ok, want)
		}
	}
	for _, name := range []string{"x", "x-b", "path", "las", "lastt", "X-A"} {
		if got, ok := b.Find(name); ok {
			t.Errorf("%q: found %q", name, got)
		}
	}
}

func TestFindAllocatesNothing(t *testing.T) {
	b := Block(AppendPairs(nil, [][2]string{{"a", "1"}, {"b", "2"}}))
	if n := testing.AllocsPerRun(100, func() { b.Find("b") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Find agrees with Pairs on what Pairs takes, and survives everything else.
func FuzzFind(f *testing.F) {
	f.Add(AppendPairs(nil, [][2]string{{"a", "1"}, {"B", "2"}}), "b")
	f.Add([]byte{1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0}, "a")
	f.Add([]byte{255, 255, 255, 255}, "")
	f.Fuzz(func(t *testing.T, b []byte, name string) {
		got, ok := Block(b).Find(name)
		pairs, valid := Pairs(b)
		if !valid || name != lower(name) {
			return
		}
		for _, p := range pairs {
			if lower(p[0]) == name {
				if !ok || got != p[1] {
					t.Fatalf("%q: %q, %t; want %q", name, got, ok, p[1])
				}
				return
			}
		}
		if ok {
			t.Fatalf("%q: found %q in %q", name, got, pairs)
		}
	})
}

func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, strings.ToValidUTF8(s, "\xff"))
}
