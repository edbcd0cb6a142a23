package plugintest

import (
	"strings"
	"testing"
)

func TestDiffOfShortTexts(t *testing.T) {
	want := "\twant \"abc\"\n\t got \"abd\"\n\t        ^"
	if got := diff("abc", "abd"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestDiffOfLongTexts(t *testing.T) {
	a := strings.Repeat("x", 500)
	got := diff(a+"1", a+"2")
	if !strings.Contains(got, "the first 500 bytes agree") || !strings.Contains(got, `x1"`) || !strings.Contains(got, `x2"`) {
		t.Error(got)
	}
	if got := diff(a, a+"tail"); !strings.Contains(got, "want 500 bytes, got 504") || !strings.Contains(got, "tail") {
		t.Error(got)
	}
}

func TestDiffOfLines(t *testing.T) {
	want := strings.Split("a b c d e f g h i j", " ")
	got := append(append([]string{}, want[:5]...), "new")
	got = append(got, want[6:]...)
	text := diff(strings.Join(want, "\n"), strings.Join(got, "\n"))
	for _, line := range []string{`- "f"`, `+ "new"`, `  "c"`, `  "i"`} {
		if !strings.Contains(text, line) {
			t.Errorf("no %s in\n%s", line, text)
		}
	}
	for _, far := range []string{`"a"`, `"b"`, `"j"`} {
		if strings.Contains(text, far) {
			t.Errorf("%s is far from the change:\n%s", far, text)
		}
	}
}

func TestDiffOfManyLines(t *testing.T) {
	many := strings.Repeat("line\n", maxDiff+1)
	if got := diff(many, many+"x"); !strings.Contains(got, "bytes agree") {
		t.Error(got)
	}
}

func FuzzDiff(f *testing.F) {
	f.Add("a\nb", "a\nc")
	f.Add("", "\x00")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) < 10_000 && diff(a, b) == "" {
			t.Error("nothing is said")
		}
	})
}
