package ascii

import (
	"strings"
	"testing"
	"unicode"
)

// FuzzAsStrings holds all against package strings, where that sees only ASCII.
func FuzzAsStrings(f *testing.F) {
	for _, s := range []string{"", ".", "a.b.c", " \t\n\v\f\ra b\r ", "Upgrade", "uPGRADE", "k\u212a", "\u00a0x\u0085", "\xff.", "@[`{", "a\x00b"} {
		f.Add(s, "Upgrade", byte('.'))
	}
	f.Fuzz(func(t *testing.T, s, other string, c byte) {
		before, after, found := Cut(s, c)
		b, a, ok := strings.Cut(s, string([]byte{c}))
		if before != b || after != a || found != ok {
			t.Errorf("Cut(%q, %q): %q, %q, %v", s, c, before, after, found)
		}
		if got, want := Count(s, c), strings.Count(s, string([]byte{c})); got != want {
			t.Errorf("Count(%q, %q): %d, want %d", s, c, got, want)
		}
		for _, o := range []string{other, strings.ToUpper(s), strings.ToLower(s), s, s + "x"} {
			got := EqualFold(s, o)
			if isASCII(s+o) && got != strings.EqualFold(s, o) || EqualFold(o, s) != got {
				t.Errorf("EqualFold(%q, %q): %v", s, o, got)
			}
		}
		if got := TrimSpace(s); isASCII(s) && got != strings.TrimSpace(s) || !strings.Contains(s, got) {
			t.Errorf("TrimSpace(%q): %q", s, got)
		}
	})
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// TestBeyondASCII: letters that only Unicode folds or trims stay what they are.
func TestBeyondASCII(t *testing.T) {
	if EqualFold("k", "\u212a") || EqualFold("websocket", "web\u017focket") {
		t.Error("the Kelvin sign is no k, the long s no s")
	}
	if s := TrimSpace("\u00a0\u2003"); s != "\u00a0\u2003" {
		t.Errorf("%q", s)
	}
}
