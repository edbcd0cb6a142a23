package serve

import (
	"os"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deliver/serve"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// killed ends a process without a word.
var killed = os.Kill

// TestRestart: the control plane is killed and started again, with the registry
// gone, while requests go on. Envoy loads nothing again, and a new Envoy gets what
// served last.
func TestRestart(t *testing.T) {
	e := harness.OneEnvoy(t)
	l := newLab(t)
	l.signed()
	var h history
	h.allow("VERSION-0001", `{"v":"1"}`)
	l.apply("stamp", l.push("VERSION-0001"), `{"v":"1"}`)
	l.start()
	l.startEnvoy(e, l.bootstrap())
	l.waitHeader("/", "X-Code", "VERSION-0001")
	load := startLoad(t, harness.Addr(l.port), clients, h.ok)

	loads := l.loads()
	l.serve.Signal(killed)
	l.serve.Wait(patience)
	time.Sleep(200 * time.Millisecond)
	l.registry.Close()
	l.start()
	s := l.waitStatus("the node with its plugin", func(s *serve.Status) bool {
		p := onNode(s, "istio-system.stamp")
		return p != nil && p.State == "running"
	})
	if s.Plugins[0].State == "failed" {
		t.Errorf("plugin: %+v", s.Plugins[0])
	}
	if got := l.loads(); got != loads {
		t.Errorf("Envoy has loaded again: %s, before %s", got, loads)
	}
	load.check(t, clients)
	l.envoy.Stop()
	l.startEnvoy(e, l.bootstrap())
	l.waitHeader("/", "X-Code", "VERSION-0001")
}

// loads counts what Envoy has loaded.
func (l *lab) loads() string {
	l.t.Helper()
	r := harness.Get(l.t, harness.URL(l.envoyAdm, "/stats?filter=(config_reload|listener_modified)$"))
	return string(r.Body)
}
