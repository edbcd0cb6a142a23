package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// levelRules has one rule for each level that is more than global; route names
// and clusters are those of levelRoutes.
var levelRules = map[string]string{
	"domain":            `"_match_domain_":["*.bücher.example","[2001:db8::1]"]`,
	"prefix":            `"_match_route_prefix_":["shop/"]`,
	"route":             `"_match_route_":["shop/cart"]`,
	"service":           `"_match_service_":["httpbin.static"]`,
	"route and service": `"_match_route_":["shop/cart"],"_match_service_":["httpbin.static:80"]`,
	"consumer":          `"_match_consumer_":["vip"]`,
	"consumer on route": `"_match_consumer_":["vip"],"_match_route_":["shop/cart"]`,
}

const levelRoutes = `
routes:
- {name: shop/cart, path: /cart, cluster: outbound|80||httpbin.static}
- {name: shop/list, path: /list, cluster: httpbin}
- {name: else, prefix: /, cluster: httpbin}
`

// levelConfig is a configuration with the rules in the given order.
func levelConfig(order ...string) string {
	rules := make([]string, len(order))
	for i, name := range order {
		rules[i] = fmt.Sprintf(`{%s,"a":{"level":%q}}`, levelRules[name], name)
	}
	return `{"a":{"level":"global"},"_rules_":[` + strings.Join(rules, ",") + `]}`
}

// levelRequest is one request and what its rule is with the special ones first,
// and with the general ones first.
var levelRequests = []struct{ path, host, key, claims, special, general string }{
	{"/x", "a.example", "", "", "global", "global"},
	{"/x", "WWW.XN--BCHER-KVA.example:8080", "", "", "domain", "domain"},
	{"/x", "[2001:DB8:0::1]:80", "", "", "domain", "domain"},
	{"/list", "a.example", "", "", "prefix", "prefix"},
	{"/list", "www.xn--bcher-kva.example", "", "", "prefix", "domain"},
	{"/cart", "a.example", "", "", "route and service", "prefix"},
	{"/x", "a.example", "vip", "", "consumer", "consumer"},
	{"/x", "a.example", "vip", "member", "consumer", "consumer"},
	{"/x", "a.example", "member", "vip", "global", "global"}, // what the client says doesn't count
	{"/list", "a.example", "vip", "", "consumer", "prefix"},
	{"/cart", "a.example", "vip", "", "consumer on route", "prefix"},
	{"/cart", "a.example", "member", "", "route and service", "prefix"},
}

// TestSevenLevels runs an authenticating plugin before one with rules of every
// level, as filters of their own.
func TestSevenLevels(t *testing.T) {
	special := levelConfig("consumer on route", "consumer", "route and service", "service", "route", "prefix", "domain")
	general := levelConfig("domain", "prefix", "route", "service", "route and service", "consumer", "consumer on route")
	onBoth(t, func(t *testing.T, e engine) {
		dir := chainOf(t, map[string]string{"1-authn": "test/e2e/testdata/authn", "2-filters": "test/e2e/testdata/filters"})
		config := filepath.Join(dir, "2-filters.json")
		harness.WriteFile(t, config, special)
		routes := filepath.Join(t.TempDir(), "routes.yaml")
		harness.WriteFile(t, routes, levelRoutes)
		s := e.run(t, dir, "--routes", routes)
		for _, c := range levelRequests {
			if got := level(t, s, c.path, c.host, c.key, c.claims); got != c.special {
				t.Errorf("special rules first, %+v: %s", c, got)
			}
		}
		replace(t, config, general)
		waitLevel(t, s, "/list", "www.xn--bcher-kva.example", "domain")
		for _, c := range levelRequests {
			if got := level(t, s, c.path, c.host, c.key, c.claims); got != c.general {
				t.Errorf("general rules first, %+v: %s", c, got)
			}
		}
	})
}

// A rule that breaks in an update keeps its last good form.
func TestBrokenRuleInAnUpdate(t *testing.T) {
	update := func(global, first, second string) string {
		return fmt.Sprintf(`{"a":{"level":%q},"_rules_":[{"_match_domain_":["a.example"],"a":{"level":%q}},
			{"_match_domain_":["b.example"],"a":{"level":%q}}]}`, global, first, second)
	}
	onBoth(t, func(t *testing.T, e engine) {
		config := write(t, "config.json", update("1", "good", "good too"))
		s := e.run(t, filters(t), "--config", config)
		if got := level(t, s, "/", "a.example", "", ""); got != "good" {
			t.Fatalf("level %s", got)
		}
		replace(t, config, update("2", "broken", "better"))
		waitLevel(t, s, "/", "c.example", "2")
		for host, want := range map[string]string{"a.example": "good", "b.example": "better"} {
			if got := level(t, s, "/", host, "", ""); got != want {
				t.Errorf("host %s: level %s, want %s", host, got, want)
			}
		}
		s.WaitOutput("_rules_[0] keeps its last good form", 10*time.Second)
	})
}

// level asks which rule a request gets.
func level(t *testing.T, s *session, path, host, key, claims string) string {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, s.url(path), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	for name, value := range map[string]string{"x-key": key, "x-mse-consumer": claims} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	return harness.Do(t, req).Header.Get("X-Level")
}

func waitLevel(t *testing.T, s *session, path, host, want string) {
	t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for settled := 0; settled < 5; { // all workers
		if level(t, s, path, host, "", "") == want {
			settled++
		} else if settled = 0; time.Now().After(deadline) {
			t.Fatalf("the change to level %s has not come; output:\n%s", want, s.Output())
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// chainOf makes a directory with plugins of the repository, under names that
// order them.
func chainOf(t *testing.T, plugins map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, source := range plugins {
		code, err := os.ReadFile(harness.BuildPlugin(t, source))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".wasm"), code, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// replace puts other content in a file's place in one step.
func replace(t *testing.T, path, content string) {
	t.Helper()
	harness.WriteFile(t, path+".new", content)
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}
