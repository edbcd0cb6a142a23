package tck

import (
	"strconv"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
	"github.com/sluiceproxy/sluice/test/tck/cells"
)

// docs/tck.md has every reason, and the numbers.
func TestDocument(t *testing.T) {
	doc := harness.ReadFile(t, "docs/tck.md")
	for _, e := range explanations() {
		if !strings.Contains(doc, e.why) {
			t.Errorf("docs/tck.md does not tell %q", e.why)
		}
	}
	for _, version := range Versions() {
		if table, err := Record(version); err != nil || !strings.Contains(doc, version) {
			t.Errorf("version %s: %v, %v", version, table, err)
		}
	}
	calls := len(cells.Calls())
	phases := len(cells.RootPhases()) + len(cells.HTTPPhases()) + len(cells.TCPPhases())
	for _, number := range []string{thousands(calls) + " calls", thousands(phases) + " phases", thousands(calls*phases) + "\ncells"} {
		if !strings.Contains(doc, number) {
			t.Errorf("docs/tck.md does not say %q", number)
		}
	}
}

// thousands writes a number with a comma.
func thousands(n int) string {
	if n < 1000 {
		return strconv.Itoa(n)
	}
	rest := strconv.Itoa(n % 1000)
	return strconv.Itoa(n/1000) + "," + strings.Repeat("0", 3-len(rest)) + rest
}

// A version that nobody has recorded is an error that says which ones are.
func TestUnknownVersion(t *testing.T) {
	if _, err := Record("0.1"); err == nil || !strings.Contains(err.Error(), Newest) {
		t.Errorf("%v", err)
	}
}

func TestWithAndWithout(t *testing.T) {
	a, b := NewTable("a"), NewTable("b")
	a.Set(Cell{"p", "x"}, "1")
	a.Set(Cell{"p", "y"}, "2")
	b.Set(Cell{"p", "x"}, "1")
	b.Set(Cell{"p", "y"}, "3")
	diff := b.Without(a)
	if len(diff.Cells()) != 1 || diff.Title != "b" {
		t.Errorf("%v of %q differ", diff.Cells(), diff.Title)
	}
	if got, _ := a.With(diff).Get(Cell{"p", "y"}); got != "3" {
		t.Errorf("%q", got)
	}
	if got, _ := a.Get(Cell{"p", "y"}); got != "2" {
		t.Errorf("the table itself has %q now", got)
	}
}
