package e2e

import (
	"net/http"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestRules is the mock response of the field's "Higress actual combat": four
// requests, four answers, by route name, route prefix, domain and default.
func TestRules(t *testing.T) {
	onBoth(t, func(t *testing.T, e engine) {
		s := e.run(t, plugin(t, "mock-response"))
		for _, c := range []struct{ path, host, want string }{
			{"/foo", "", "hello foo"},
			{"/bar", "", "hello bar"},
			{"/", "www.example.com", "hello world"},
			{"/", "www.example.com:8080", "hello world"},
			{"/", "www.abc.com", "hello higress"},
			{"/foo", "www.example.com", "hello foo"}, // the first rule that matches
		} {
			if got := get(t, s, c.path, c.host); got.Status != 200 || string(got.Body) != c.want {
				t.Errorf("%s with host %q: got %s, want %q", c.path, c.host, got, c.want)
			}
		}
	})
}

// get asks the gateway for path, with a Host header unless host is empty.
func get(t *testing.T, s *session, path, host string) harness.Reply {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, s.url(path), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	return harness.Do(t, req)
}
