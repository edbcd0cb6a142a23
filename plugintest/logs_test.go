package plugintest

import (
	"fmt"
	"testing"
)

func TestUnexpectedLines(t *testing.T) {
	var l logs
	l.add(Info, "fine")
	l.add(Error, "one")
	l.add(Error, "two")
	l.add(Critical, "two")
	l.expect(Error, "tw")
	if got := fmt.Sprint(l.unexpected()); got != "[error: one critical: two]" {
		t.Error(got)
	}
	if l.find(Error, "fine") || !l.find(Info, "in") || !l.has("two") || l.has("fine") {
		t.Error("lines are found at the wrong level")
	}
	l.expect(Error, "")
	l.expect(Critical, "")
	if got := l.unexpected(); got != nil {
		t.Error(got)
	}
}

func TestIndent(t *testing.T) {
	if got := indent([]Line{{Error, "a\nb"}, {Info, "c"}}); got != "\terror: a\n\tb\n\tinfo: c\n" {
		t.Errorf("%q", got)
	}
	if got := indent(nil); got != "\t(empty)" {
		t.Errorf("%q", got)
	}
}
