package serve

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deliver/serve"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestRefusedByEnvoy: what Envoy refuses is told with its reason, is not given to
// another Envoy, and is remembered over a restart; what follows it serves.
func TestRefusedByEnvoy(t *testing.T) {
	e := harness.OneEnvoy(t)
	l := newLab(t)
	l.args = []string{"--no-trial"} // so that Envoy is the first to see the configuration
	url := l.stamp("VERSION-0001")
	l.apply("stamp", url, `{"v":"1"}`)
	l.start()
	l.startEnvoy(e, l.bootstrap())
	l.waitHeader("/", "X-Config", `{"v":"1"}`)

	l.apply("stamp", url, `{"v":"!"}`)
	s := l.waitStatus("a refusal", func(s *serve.Status) bool {
		p := onNode(s, "istio-system.stamp")
		return p != nil && p.State == "refused"
	})
	p := onNode(s, "istio-system.stamp")
	if !strings.Contains(p.Reason, "istio-system.stamp") || p.RefusedAt == nil || p.Since == nil || p.RunningVersion == nil {
		t.Errorf("refused with %+v", p)
	}
	l.sameAs(`{"v":"1"}`)

	l.serve.Signal(killed)
	l.serve.Wait(patience)
	l.start()
	l.waitStatus("the node", func(s *serve.Status) bool { return onNode(s, "istio-system.stamp") != nil })
	if strings.Contains(l.serve.Output(), "not reloaded on") {
		t.Errorf("the refused version was sent again:\n%s", l.serve.Output())
	}
	l.sameAs(`{"v":"1"}`)

	l.envoy.Stop() // a new one gets what is good
	l.startEnvoy(e, l.bootstrap())
	l.waitHeader("/", "X-Config", `{"v":"1"}`)

	l.apply("stamp", url, `{"v":"2"}`)
	l.waitHeader("/", "X-Config", `{"v":"2"}`)
	l.waitStatus("no refusal any more", func(s *serve.Status) bool {
		p := onNode(s, "istio-system.stamp")
		return p != nil && p.State == "running" && p.Refused == ""
	})
}

// TestGatewayRefused: listeners that Envoy refuses, or a file that can't be read,
// leave those that serve, for a new Envoy and after a restart too.
func TestGatewayRefused(t *testing.T) {
	e := harness.OneEnvoy(t)
	l := newLab(t)
	l.apply("stamp", l.stamp("VERSION-0001"), `{"v":"1"}`)
	l.start()
	l.startEnvoy(e, l.bootstrap())
	l.waitHeader("/", "X-Config", `{"v":"1"}`)

	l.write(l.gateway, l.gatewayText(`          - name: none
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.none.v3.None}
`))
	l.waitStatus("a problem", func(s *serve.Status) bool {
		return len(s.Problems) == 1 && strings.Contains(s.Problems[0].Text, "none.v3.None is none that this command knows")
	})
	l.write(l.gateway, strings.Replace(l.gatewayText(""), "prefix: /foo", `safe_regex: {regex: "(("}`, 1))
	l.serve.WaitOutput("not reloaded on gw-0", patience)
	l.sameAs(`{"v":"1"}`)
	l.envoy.Stop()
	l.startEnvoy(e, l.bootstrap())
	l.waitHeader("/", "X-Config", `{"v":"1"}`)
	l.serve.Signal(killed)
	l.serve.Wait(patience)
	l.start()
	l.envoy.Stop()
	l.startEnvoy(e, l.bootstrap())
	l.waitHeader("/", "X-Config", `{"v":"1"}`)
}

// TestNothingToServe: a plugin that can't be had denies requests, or lets them pass
// if it says so, until it can.
func TestNothingToServe(t *testing.T) {
	e := harness.OneEnvoy(t)
	l := newLab(t)
	missing := "file://" + filepath.Join(l.root, "none.wasm")
	l.apply("stamp", missing, `{"v":"1"}`)
	l.start()
	l.startEnvoy(e, l.bootstrap())
	l.envoy.WaitHTTP(l.url("/"), patience, func(r harness.Reply) bool { return r.Status == http.StatusForbidden })
	if p := onNode(l.status(), "istio-system.stamp"); p == nil || p.State != "denying" {
		t.Errorf("status %+v", p)
	}
	l.apply("stamp", missing, `{"v":"1"}`, "  failStrategy: FAIL_OPEN\n")
	l.envoy.WaitHTTP(l.url("/"), patience, func(r harness.Reply) bool { return r.Status == http.StatusOK && r.Header.Get("X-Code") == "" })
	l.apply("stamp", l.stamp("VERSION-0001"), `{"v":"1"}`)
	l.waitHeader("/", "X-Code", "VERSION-0001")
}

// sameAs checks that a configuration still serves.
func (l *lab) sameAs(config string) {
	l.t.Helper()
	if r := harness.Get(l.t, l.url("/")); r.Status != http.StatusOK || r.Header.Get("X-Config") != config {
		l.t.Errorf("got %d %v, want %s", r.Status, r.Header, config)
	}
}
