package chain

import (
	"net/http"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// Answers is the configuration of document 002: an answer for everything, and
// three rules.
func Answers() map[string]any {
	return map[string]any{
		"content": "hello higress",
		"_rules_": []any{
			map[string]any{"_match_route_": []string{"default/foo"}, "content": "hello foo"},
			map[string]any{"_match_route_prefix_": []string{"default/b"}, "content": "hello bar"},
			map[string]any{"_match_domain_": []string{"www.example.com"}, "content": "hello world"},
		},
	}
}

// CheckAnswers applies the WasmPlugin of document 002 and asks for the four
// answers.
func CheckAnswers(t testing.TB, s *Stack, url string, timeout time.Duration) {
	t.Helper()
	s.Apply(WasmPlugin("custom-response", url, Answers(), nil))
	s.Gateway.WaitHTTP(s.Gateway.URL("/foo"), timeout, func(r harness.Reply) bool { return string(r.Body) == "hello foo" })
	for _, c := range []struct{ host, path, want string }{
		{"www.abc.com", "/foo", "hello foo"},
		{"www.abc.com", "/bar", "hello bar"},
		{"www.example.com", "/", "hello world"},
		{"www.abc.com", "/", "hello higress"},
	} {
		req, err := http.NewRequest(http.MethodGet, s.Gateway.URL(c.path), nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = c.host
		if r := harness.Do(t, req); r.Status != http.StatusOK || string(r.Body) != c.want {
			t.Errorf("%s%s: %s, want %q", c.host, c.path, r, c.want)
		}
	}
}
