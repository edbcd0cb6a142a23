package edge

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
)

// Suites name shapes, so a name is there once; and a shape makes a new request
// each time, since a plugin's test changes it.
func TestShapes(t *testing.T) {
	names := map[string]bool{}
	for _, s := range Shapes() {
		if s.Name == "" || names[s.Name] {
			t.Errorf("shape %q twice", s.Name)
		}
		names[s.Name] = true
		a, b := s.Request(), s.Request()
		if len(a.Headers) > 0 && &a.Headers[0] == &b.Headers[0] {
			t.Errorf("%s: two requests share their headers", s.Name)
		}
	}
}

func TestSet(t *testing.T) {
	was := plugintest.Headers{{"a", "1"}, {"X-Key", "1"}, {"x-key", "2"}}
	r := plugintest.Request{Headers: was}
	Set(&r, "X-KEY", "3")
	if got := r.Headers.Values("x-key"); len(got) != 1 || got[0] != "3" || r.Headers.Get("a") != "1" || was[1][1] != "1" {
		t.Errorf("%v of %v", r.Headers, was)
	}
}
