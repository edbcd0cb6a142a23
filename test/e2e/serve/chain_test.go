package serve

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sluiceproxy/sluice/deliver/serve"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestOrder: three plugins run in the order of phase and priority, and a change of
// that moves them.
func TestOrder(t *testing.T) {
	e := harness.OneEnvoy(t)
	l := newLab(t)
	url := l.stamp("VERSION-0001")
	l.apply("a", url, `{"v":"last"}`)
	l.apply("b", url, `{"v":"second"}`, "  phase: AUTHN\n  priority: 5\n")
	l.apply("c", url, `{"v":"first"}`, "  phase: AUTHN\n  priority: 10\n")
	l.apply("d", url, `{"v":"elsewhere"}`, fmt.Sprintf("  match: [{ports: [{number: %d}]}]\n", l.port+1))
	l.apply("e", url, `{"v":"others"}`, "  selector: {matchLabels: {app: other}}\n")
	l.start()
	l.startEnvoy(e, l.bootstrap("--node-label", "app=gw", "--node-namespace", "web"))
	// Filters see a response in the reverse order.
	l.waitOrder(`{"v":"last"}`, `{"v":"second"}`, `{"v":"first"}`)
	l.apply("a", url, `{"v":"last"}`, "  phase: AUTHN\n  priority: 20\n")
	l.waitOrder(`{"v":"second"}`, `{"v":"first"}`, `{"v":"last"}`)
}

func (l *lab) waitOrder(want ...string) {
	l.t.Helper()
	l.envoy.WaitHTTP(l.url("/"), patience, func(r harness.Reply) bool { return slices.Equal(r.Header.Values("X-Config"), want) })
}

// TestComeAndGo: plugins come into the chain and leave it while requests go on.
// Open connections move over after an answer that says so.
func TestComeAndGo(t *testing.T) {
	e := harness.OneEnvoy(t)
	l := newLab(t)
	url := l.stamp("VERSION-0001")
	l.apply("stays", url, `{"v":"stays"}`)
	l.start()
	l.startEnvoy(e, l.bootstrap())
	l.waitOrder(`{"v":"stays"}`)
	load := startLoad(t, harness.Addr(l.port), clients, func(h http.Header) bool {
		return slices.Contains(h.Values("X-Config"), `{"v":"stays"}`)
	})
	load.closing = true
	for range 5 {
		l.apply("guest", l.stamp("VERSION-0002"), `{"v":"guest"}`)
		l.waitOrder(`{"v":"stays"}`, `{"v":"guest"}`)
		if err := os.Remove(filepath.Join(l.dir, "guest.yaml")); err != nil {
			t.Fatal(err)
		}
		l.waitOrder(`{"v":"stays"}`)
	}
	load.check(t, clients)
}

// TestDocument: the WasmPlugin of the document on matching rules, unchanged but for
// where the image is, gives the four answers.
func TestDocument(t *testing.T) {
	e := harness.OneEnvoy(t)
	l := newLab(t)
	l.code = harness.BuildPlugin(t, "plugins/mock-response")
	l.write(filepath.Join(l.dir, "wasmplugin.yaml"), fmt.Sprintf(`apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata:
  name: mock-response
  namespace: higress-system
spec:
  defaultConfig:
    content: hello higress
  matchRules:
  - ingress:
    - default/foo
    config:
      content: hello foo
  - ingress:
    - default/bar
    config:
      content: hello bar
  - domain:
    - www.example.com
    config:
      content: hello world
  url: %s
`, l.push("VERSION-0000")))
	l.start()
	l.startEnvoy(e, l.bootstrap())
	l.envoy.WaitHTTP(l.url("/foo"), patience, func(r harness.Reply) bool { return r.Status == http.StatusOK })
	for _, c := range []struct{ host, path, want string }{
		{"www.abc.com", "/foo", "hello foo"},
		{"www.abc.com", "/bar", "hello bar"},
		{"www.example.com", "/", "hello world"},
		{"www.abc.com", "/", "hello higress"},
	} {
		req, _ := http.NewRequest(http.MethodGet, l.url(c.path), nil)
		req.Host = c.host
		if r := harness.Do(t, req); string(r.Body) != c.want {
			t.Errorf("%s%s: got %s, want %s", c.host, c.path, r, c.want)
		}
	}
	l.waitStatus("the plugin on the node", func(s *serve.Status) bool {
		p := onNode(s, "higress-system.mock-response")
		return p != nil && p.State == "running"
	})
}
