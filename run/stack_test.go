package run

import (
	"errors"
	"testing"
)

func TestStack(t *testing.T) {
	const panicked = `boom; stack: goroutine 1:\nmain.f()\n main.go:3\n`
	for _, tt := range []struct{ text, expanded, cut string }{
		{panicked, "boom; stack: goroutine 1:\n\tmain.f()\n\t main.go:3", "boom"},
		{panicked + "; Failed to configure", "boom; stack: goroutine 1:\n\tmain.f()\n\t main.go:3", "boom"},
		{"boom; stack: ", "boom; stack: ", "boom"},
		{`no\nstack`, `no\nstack`, `no\nstack`},
		{"", "", ""},
	} {
		if got := expandStack(tt.text); got != tt.expanded {
			t.Errorf("%q expands to %q, want %q", tt.text, got, tt.expanded)
		}
		if got := cutStack(tt.text); got != tt.cut {
			t.Errorf("%q is cut to %q, want %q", tt.text, got, tt.cut)
		}
	}
}

func TestReword(t *testing.T) {
	if err := reword(nil, cutStack); err != nil {
		t.Errorf("no error became %v", err)
	}
	cause := errors.New("x; stack: y")
	if err := reword(cause, cutStack); !errors.Is(err, cause) || err.Error() != "x" {
		t.Errorf("got %v", err)
	}
}
