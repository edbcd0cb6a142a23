package mem

import (
	"reflect"
	"strings"
	"testing"
)

func TestPairsRoundTrip(t *testing.T) {
	for _, pairs := range [][][2]string{
		{},
		{{":path", "/"}},
		{{"", ""}, {"a", ""}, {"", "b"}},
		{{"nul", "a\x00b"}, {"long", strings.Repeat("x", 70_000)}},
	} {
		b := AppendPairs(nil, pairs)
		if len(b) != PairsSize(pairs) {
			t.Errorf("%.20q: %d bytes, PairsSize says %d", pairs, len(b), PairsSize(pairs))
		}
		got, ok := Pairs(b)
		if !ok || len(got) != len(pairs) || (len(pairs) > 0 && !reflect.DeepEqual(got, pairs)) {
			t.Errorf("%.20q came back as %.20q, %v", pairs, got, ok)
		}
	}
}

// The bytes are proxy-wasm-cpp-host's PairsUtil::marshalPairs.
func TestPairsBytes(t *testing.T) {
	const want = "\x02\x00\x00\x00" + "\x01\x00\x00\x00\x02\x00\x00\x00" + "\x00\x00\x00\x00\x01\x00\x00\x00" + "a\x00bc\x00" + "\x00d\x00"
	if got := AppendPairs(nil, [][2]string{{"a", "bc"}, {"", "d"}}); string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPairsRefusesMalformed(t *testing.T) {
	good := string(AppendPairs(nil, [][2]string{{"name", "value"}}))
	for name, b := range map[string]string{
		"three bytes":         "\x01\x00\x00",
		"count without pairs": "\x01\x00\x00\x00",
		"huge count":          "\xff\xff\xff\xff" + good[4:],
		"name too long":       good[:4] + "\xff\x00\x00\x00" + good[8:],
		"name of 4 GiB":       good[:4] + "\xff\xff\xff\xff" + good[8:],
		"value too long":      good[:8] + "\x06\x00\x00\x00" + good[12:],
		"name without NUL":    good[:16] + "x" + good[17:],
		"cut off":             good[:len(good)-1],
		"left over":           good + "x",
		"left over, empty":    "\x00\x00\x00\x00x",
	} {
		if pairs, ok := Pairs([]byte(b)); ok {
			t.Errorf("%s: read as %q", name, pairs)
		}
	}
}

func TestNoBytesAreNoPairs(t *testing.T) {
	if pairs, ok := Pairs(nil); !ok || len(pairs) != 0 {
		t.Errorf("read as %q, %v", pairs, ok)
	}
}

func TestAppendPath(t *testing.T) {
	if got := AppendPath(nil, []string{"request", "headers", ""}); string(got) != "request\x00headers\x00" {
		t.Errorf("got %q", got)
	}
}

func TestScratchIsReused(t *testing.T) {
	var s Scratch
	pairs := [][2]string{{"a", "b"}}
	n := testing.AllocsPerRun(100, func() { s.Keep(AppendPairs(s.Start(), pairs)) })
	if n != 0 {
		t.Errorf("%v allocations a call", n)
	}
	s.Keep(make([]byte, maxKept+1))
	if cap(s.buf) > maxKept {
		t.Errorf("kept %d bytes after a large call", cap(s.buf))
	}
}

func FuzzPairs(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\xff\xff\xff\xff"))
	f.Add(AppendPairs(nil, [][2]string{{":method", "GET"}, {"x", ""}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		pairs, ok := Pairs(b)
		if !ok || len(b) == 0 {
			return
		}
		if again := AppendPairs(nil, pairs); string(again) != string(b) {
			t.Errorf("%q was read, and written as %q", b, again)
		}
	})
}
