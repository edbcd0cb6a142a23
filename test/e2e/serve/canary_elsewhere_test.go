package serve

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

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

// TestCanaryInFiles: an Envoy that reads files gets the share of the first step, and
// keeps it however well the new version does; the rest is done by hand.
func TestCanaryInFiles(t *testing.T) {
	e := harness.OneEnvoy(t)
	annotations := asks("20%, header x-canary=yes", "steps", "20,100", "interval", "1s", "min-requests", "10")
	l := newLab(t)
	out := filepath.Join(l.root, "out")
	l.args = []string{"--out", out, "--listen", "off"}
	l.applyCanary(l.stamp("VERSION-0001"), `{"v":"1"}`, annotations)
	l.start()
	l.startEnvoy(e, l.fileBootstrap(out))
	l.waitHeader("/", "X-Code", "VERSION-0001")
	begin := func(code string) {
		t.Helper()
		l.applyCanary(l.stamp(code), `{"v":"2"}`, annotations)
		l.waitStatus("a canary of "+code, func(s *serve.Status) bool {
			c := canaryOf(s)
			return c != nil && c.Phase == "running" && c.Percent == 20
		})
		pinned := func(r harness.Reply) bool { return r.Header.Get("X-Code") == code }
		l.envoy.WaitHTTP(l.url("/"), patience, pinned) // some worker has it
	}
	begin("VERSION-0002")
	if got := l.share(50, "VERSION-0002", "X-Canary", "yes"); got < 45 {
		t.Errorf("pinned: %d of 50", got)
	}
	time.Sleep(3 * time.Second) // the interval is over, and there are no reports
	if got := l.share(500, "VERSION-0002"); got < 55 || got > 145 {
		t.Errorf("%d of 500", got)
	}
	if _, err := serve.AbortCanary(context.Background(), harness.Addr(l.admin), "stamp"); err != nil {
		t.Fatal(err)
	}
	l.waitShare("VERSION-0001")
	begin("VERSION-0003")
	l.serve.Signal(killed) // and it goes on where it was
	l.serve.Wait(patience)
	l.start()
	l.waitStatus("the canary again", func(s *serve.Status) bool { return canaryOf(s) != nil && canaryOf(s).Percent == 20 })
	if got := l.share(500, "VERSION-0003"); got < 55 || got > 145 {
		t.Errorf("after a restart %d of 500", got)
	}
	if _, err := serve.PromoteCanary(context.Background(), harness.Addr(l.admin), "stamp"); err != nil {
		t.Fatal(err)
	}
	l.waitShare("VERSION-0003")
}

// waitShare waits until a version answers every request, pinned ones too.
func (l *lab) waitShare(code string) {
	l.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		if l.share(40, code) == 40 && l.share(10, code, "X-Canary", "yes") == 10 {
			return
		}
	}
	l.t.Fatalf("not all requests are answered by %s", code)
}
