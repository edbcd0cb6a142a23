package serve

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/sluiceproxy/sluice/deliver/serve"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestCanaryThroughAgent: an Envoy behind "sluice agent" gets the share, its requests
// are counted, a good version takes over by itself, and a bad one is rolled back.
func TestCanaryThroughAgent(t *testing.T) {
	e := harness.OneEnvoy(t)
	annotations := asks("20%, header x-canary=yes", "steps", "20,100", "interval", "1s", "min-requests", "50")
	l := newLab(t)
	l.applyCanary(l.stamp("VERSION-0001"), `{"v":"1"}`, annotations)
	l.start()
	path, err := command()
	if err != nil {
		t.Fatal(err)
	}
	at := harness.Addr(harness.FreePort(t))
	agent := harness.Start(t, exec.Command(path, "agent", harness.Addr(l.xds), "--listen", at, "--plain-http",
		"--dir", filepath.Join(l.root, "agent"), "--store", filepath.Join(l.root, "agent-store")))
	agent.WaitOutput("ready for Envoy", patience)
	l.startEnvoy(e, l.bootstrap("--listen", at))
	l.waitHeader("/", "X-Code", "VERSION-0001")
	l.waitStatus("the first version", func(s *serve.Status) bool {
		p := onNode(s, canaryPlugin)
		return p != nil && p.State == "running"
	})
	l.applyCanary(l.stamp("VERSION-0002"), `{"v":"2"}`, annotations)
	l.waitCanary("running", 20)
	if got := l.share(50, "VERSION-0002", "X-Canary", "yes"); got != 50 {
		t.Errorf("pinned: %d of 50", got)
	}
	var h history
	h.allow("VERSION-0001", `{"v":"1"}`)
	h.allow("VERSION-0002", `{"v":"2"}`)
	load := startLoad(t, harness.Addr(l.port), clients, h.ok)
	l.serve.WaitOutput("promoted, it gets all requests", patience)
	l.waitHeader("/", "X-Code", "VERSION-0002")
	load.check(t, clients)

	l.code = "testdata/bad.wasm"
	l.applyCanary(l.stamp("VERSION-BAD!"), `{"v":"3"}`, annotations)
	l.waitCanary("running", 20)
	l.share(300, "VERSION-0002")
	l.serve.WaitOutput("rolled back, the old version serves on", patience)
	l.waitCanary("rolled back", 0)
	if got := l.share(100, "VERSION-0002"); got != 100 {
		t.Errorf("after the rollback the good version has %d of 100", got)
	}
}
