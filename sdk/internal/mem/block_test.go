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

func TestLast(t *testing.T) {
	b := Block(AppendPairs(nil, [][2]string{{"a", "1"}, {"A", "2"}, {"b", "3"}}))
	for name, want := range map[string]string{"a": "2", "b": "3", "c": ""} {
		if got, whole := b.Last(name); !whole || got != want {
			t.Errorf("%q: %q, %t; want %q", name, got, whole, want)
		}
	}
	for n := range b {
		if got, whole := b[:n].Last("a"); whole != (n == 0) {
			t.Errorf("%d bytes of it: %q, %t", n, got, whole)
		}
	}
	if got, whole := append(b, 0).Last("a"); whole {
		t.Errorf("with a byte behind it: %q", got)
	}
}

func BenchmarkFind(b *testing.B) {
	var pairs [][2]string
	for i := range 16 {
		pairs = append(pairs, [2]string{"x-header-" + string(rune('a'+i)), "a value of some length"})
	}
	block := Block(AppendPairs(nil, pairs))
	for b.Loop() {
		if _, ok := block.Find("x-header-p"); !ok {
			b.Fatal("missing")
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
		if _, whole := Block(b).Last(name); valid && !whole {
			t.Fatalf("Last takes a list for malformed: %q", pairs)
		}
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
