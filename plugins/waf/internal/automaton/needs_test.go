package automaton

import (
	"regexp/syntax"
	"testing"
)

// What each match needs, by the most telling sets.
func TestNeeds(t *testing.T) {
	for _, test := range []struct {
		expr string
		want []string
	}{
		{`sleep\s*\(`, []string{"("}},
		{`a|b`, []string{"ab"}},
		{`(?:a'|b")c`, []string{`"'`, "c"}},
		{`(?:a'|b*)`, nil},
		{`a*`, nil},
		{`a?`, nil},
		{`(?:x){0,3}`, nil},
		{`(x){2,3}`, []string{"x"}},
		{`x+`, []string{"x"}},
		{`^\b$`, nil},
		{`(?i)k`, []string{"kK\x7f"}},
		{`(?i)q`, []string{"qQ"}},
		{`é`, []string{"\x80"}},
		{`[<>]`, []string{"<>"}},
		{`[|-\x{100}]`, []string{"|}~\xff"}},
		{`.`, nil},
	} {
		tree, err := syntax.Parse(test.expr, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		got := needs(tree)
		if len(test.want) == 0 && len(got) != 0 || len(got) < len(test.want) {
			t.Errorf("%s: %x", test.expr, got)
			continue
		}
		for i, want := range test.want {
			if got[i] != BytesOf(want) {
				t.Errorf("%s: set %d is %x, want that of %q", test.expr, i, got[i], want)
			}
		}
	}
}

func TestBytes(t *testing.T) {
	if BytesOf("a") == BytesOf("b") || BytesOf("\x00").Meets(BytesOf("@")) || BytesOf("!").Meets(BytesOf("a")) {
		t.Error("bytes are taken for others")
	}
	for b := range 256 {
		one := BytesOf(string([]byte{byte(b)}))
		if one.count() != 1 || !BytesOf("x"+string([]byte{byte(b)})+"y").Meets(one) {
			t.Errorf("%d: %x", b, one)
		}
	}
	if !BytesOf("\x7f").Meets(BytesOf("\xff")) {
		t.Error("bytes from 0x7f up are told apart")
	}
}
