package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deliver/serve"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

const canaryPlugin = "istio-system.stamp"

// applyCanary writes the resource with annotations for progressive delivery.
func (l *lab) applyCanary(url, config string, annotations map[string]string) {
	l.t.Helper()
	text, err := json.Marshal(annotations)
	if err != nil {
		l.t.Fatal(err)
	}
	l.write(filepath.Join(l.dir, "stamp.yaml"), strings.Replace(resource("stamp", url, config),
		"namespace: istio-system}", "namespace: istio-system, annotations: "+string(text)+"}", 1))
}

// asks is an annotation for each of the settings given by pairs.
func asks(canary string, pairs ...string) map[string]string {
	m := map[string]string{"sluice.dev/canary": canary}
	for i := 0; i < len(pairs); i += 2 {
		m["sluice.dev/canary-"+pairs[i]] = pairs[i+1]
	}
	return m
}

// canaryOf is what the control plane says of the rollout, nil for none.
func canaryOf(s *serve.Status) *serve.CanaryStatus {
	if len(s.Plugins) == 0 {
		return nil
	}
	return s.Plugins[0].Canary
}

// waitCanary waits until the rollout is in a phase and all nodes run what they shall.
func (l *lab) waitCanary(phase string, percent int) *serve.CanaryStatus {
	l.t.Helper()
	return canaryOf(l.waitStatus(fmt.Sprintf("a canary %s at %d%%", phase, percent), func(s *serve.Status) bool {
		c, p := canaryOf(s), onNode(s, canaryPlugin)
		return c != nil && c.Phase == phase && c.Percent == percent && p != nil && p.State == "running" && p.Running == p.Wanted
	}))
}

// share asks n times and says how many answers were of a version.
func (l *lab) share(n int, code string, header ...string) (of int) {
	l.t.Helper()
	for range n {
		req, err := http.NewRequest(http.MethodGet, l.url("/"), nil)
		if err != nil {
			l.t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			l.t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body) // only to use the connection again
		resp.Body.Close()
		if resp.Header.Get("X-Code") == code {
			of++
		}
	}
	return of
}

// begun is a lab whose first version, with annotations, serves.
func begun(t *testing.T, e harness.Envoy, annotations map[string]string) *lab {
	l := newLab(t)
	l.applyCanary(l.stamp("VERSION-0001"), `{"v":"1"}`, annotations)
	l.start()
	l.startEnvoy(e, l.bootstrap())
	l.waitHeader("/", "X-Code", "VERSION-0001")
	l.waitStatus("the first version", func(s *serve.Status) bool {
		p := onNode(s, canaryPlugin)
		return p != nil && p.State == "running"
	})
	return l
}

// TestCanaryShare: on each version of Envoy the new version gets the share that was
// asked for, and every request with the header; what each got is counted; by hand it
// gets none, and all.
func TestCanaryShare(t *testing.T) {
	for _, e := range harness.Envoys(t) {
		t.Run(e.String(), func(t *testing.T) {
			annotations := asks("20%, header x-canary=yes", "interval", "1h")
			l := begun(t, e, annotations)
			listeners := l.listeners()
			l.applyCanary(l.stamp("VERSION-0002"), `{"v":"2"}`, annotations)
			l.waitCanary("running", 20)
			// Of 1000 with 20%: within 5 standard deviations, 63.
			if got := l.share(1000, "VERSION-0002"); got < 137 || got > 263 {
				t.Errorf("%d of 1000", got)
			}
			if got := l.share(50, "VERSION-0002", "X-Canary", "yes"); got != 50 {
				t.Errorf("pinned: %d of 50", got)
			}
			if got := l.share(100, "VERSION-0002", "X-Canary", "no"); got > 60 {
				t.Errorf("another value of the header: %d of 100", got)
			}
			l.waitStatus("all requests counted", func(s *serve.Status) bool {
				c := canaryOf(s)
				if c == nil {
					return false
				}
				// The first few may have gone to a worker that had the split not yet.
				all := c.Canary.Requests + c.Stable.Requests
				return all >= 1100 && all <= 1150 && c.Canary.Requests > 187 && c.Canary.P95 > 0
			})
			if _, err := serve.AbortCanary(context.Background(), harness.Addr(l.admin), "stamp"); err != nil {
				t.Fatal(err)
			}
			l.waitCanary("rolled back", 0)
			if got := l.share(50, "VERSION-0001", "X-Canary", "yes"); got != 50 {
				t.Errorf("aborted: %d of 50 of the old version", got)
			}
			if _, err := serve.PromoteCanary(context.Background(), harness.Addr(l.admin), canaryPlugin); err != nil {
				t.Fatal(err)
			}
			l.waitHeader("/", "X-Code", "VERSION-0002")
			if got := l.share(50, "VERSION-0002"); got != 50 {
				t.Errorf("promoted: %d of 50", got)
			}
			if _, err := serve.AbortCanary(context.Background(), harness.Addr(l.admin), canaryPlugin); err == nil {
				t.Error("there is nothing to abort any more")
			}
			if got := l.listeners(); got != listeners {
				t.Errorf("listeners have changed: %s, before %s", got, listeners)
			}
		})
	}
}

// listeners counts changes of listeners.
func (l *lab) listeners() string {
	l.t.Helper()
	return string(harness.Get(l.t, harness.URL(l.envoyAdm, "/stats?filter=listener_manager.listener_(added|modified|in_place_updated)$")).Body)
}

// TestCanaryPromoted: a good version gets all requests step by step, by itself, and
// no request fails on the way; nor does one when the configuration alone changes.
func TestCanaryPromoted(t *testing.T) {
	e := harness.OneEnvoy(t)
	annotations := asks("5%", "steps", "5,50,100", "interval", "1s", "min-requests", "50")
	l := begun(t, e, annotations)
	var h history
	h.allow("VERSION-0001", `{"v":"1"}`)
	h.allow("VERSION-0002", `{"v":"2"}`)
	load := startLoad(t, harness.Addr(l.port), clients, h.ok)
	l.applyCanary(l.stamp("VERSION-0002"), `{"v":"2"}`, annotations)
	l.serve.WaitOutput("gets 5% of the requests", patience)
	l.serve.WaitOutput("gets 50% of the requests", patience)
	l.serve.WaitOutput("promoted, it gets all requests", patience)
	l.waitHeader("/", "X-Code", "VERSION-0002")
	if got := l.share(100, "VERSION-0002"); got != 100 {
		t.Errorf("%d of 100", got)
	}
	compiled := l.created()
	h.allow("VERSION-0002", `{"v":"3"}`)
	l.applyCanary(l.stamp("VERSION-0002"), `{"v":"3"}`, annotations)
	l.waitHeader("/", "X-Config", `{"v":"3"}`)
	l.waitStatus("the end", func(s *serve.Status) bool { return canaryOf(s) == nil && s.Plugins[0].State == "ready" })
	if got := l.created(); got != compiled {
		t.Logf("VMs: %s, before %s", got, compiled)
	}
	load.check(t, clients)
}

// created counts the VMs that Envoy has made.
func (l *lab) created() string {
	l.t.Helper()
	return string(harness.Get(l.t, harness.URL(l.envoyAdm, "/stats?filter=wasm.envoy.wasm.runtime.v8.created$")).Body)
}

// TestCanaryRolledBack: a version that crashes, or answers 500 for a third of its
// requests, is rolled back by itself within seconds; only its share saw it.
func TestCanaryRolledBack(t *testing.T) {
	e := harness.OneEnvoy(t)
	for _, c := range []struct{ name, code string }{{"crashes", "VERSION-BAD!"}, {"fails at times", "VERSION-BAD?"}} {
		t.Run(c.name, func(t *testing.T) {
			annotations := asks("10%", "interval", "1h")
			l := begun(t, e, annotations)
			var bad, all atomic.Int64
			end := make(chan struct{})
			done := make(chan struct{})
			go func() {
				defer close(done)
				for {
					select {
					case <-end:
						return
					default:
					}
					resp, err := http.Get(l.url("/"))
					if err != nil {
						t.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, resp.Body) // only to use the connection again
					resp.Body.Close()
					all.Add(1)
					if resp.StatusCode != http.StatusOK {
						bad.Add(1)
					}
				}
			}()
			began := time.Now()
			l.code = "testdata/bad.wasm"
			l.applyCanary(l.stamp(c.code), `{"v":"2"}`, annotations)
			l.serve.WaitOutput("rolled back, the old version serves on", patience)
			took := time.Since(began)
			s := l.waitCanary("rolled back", 0)
			before := bad.Load()
			time.Sleep(300 * time.Millisecond)
			close(end)
			<-done
			t.Logf("%v: %d of %d failed; %s", took.Round(time.Millisecond), bad.Load(), all.Load(), s.Reason)
			if bad.Load() == 0 || bad.Load() > 5+all.Load()*15/100 {
				t.Errorf("%d of %d requests saw the bad version", bad.Load(), all.Load())
			}
			if after := bad.Load() - before; after > 0 {
				t.Errorf("%d failed after it was rolled back", after)
			}
			if took > 30*time.Second {
				t.Errorf("took %v", took)
			}
			if got := l.share(100, "VERSION-0001"); got != 100 {
				t.Errorf("the old version has %d of 100", got)
			}
			l.serve.Signal(killed) // and it is not tried again
			l.serve.Wait(patience)
			l.start()
			l.waitCanary("rolled back", 0)
			if got := l.share(100, "VERSION-0001"); got != 100 {
				t.Errorf("after a restart the old version has %d of 100", got)
			}
		})
	}
}

// TestCanaryRestart: the control plane is killed in the middle of a rollout, which
// goes on where it was; Envoy loads nothing again.
func TestCanaryRestart(t *testing.T) {
	e := harness.OneEnvoy(t)
	annotations := asks("30%", "steps", "30,60", "interval", "2s", "min-requests", "10")
	l := begun(t, e, annotations)
	var h history
	h.allow("VERSION-0001", `{"v":"1"}`)
	h.allow("VERSION-0002", `{"v":"1"}`)
	l.applyCanary(l.stamp("VERSION-0002"), `{"v":"1"}`, annotations)
	l.waitCanary("running", 30)
	time.Sleep(3 * time.Second) // without requests nothing goes on
	l.waitCanary("running", 30)
	loads := l.loads()
	l.serve.Signal(killed)
	l.serve.Wait(patience)
	load := startLoad(t, harness.Addr(l.port), clients, h.ok)
	if got := l.share(400, "VERSION-0002"); got < 75 || got > 165 {
		t.Errorf("while the control plane is gone: %d of 400", got)
	}
	l.start()
	l.waitStatus("the node", func(s *serve.Status) bool { return onNode(s, canaryPlugin) != nil })
	if got := l.loads(); got != loads {
		t.Errorf("loaded again: %s, before %s", got, loads)
	}
	l.serve.WaitOutput("gets 60% of the requests", patience)
	l.serve.WaitOutput("promoted", patience)
	l.waitHeader("/", "X-Code", "VERSION-0002")
	load.check(t, clients)
}

// TestCanaryAnnotationWithVersion: the first annotation comes together with a new
// version, so that the listener changes too.
func TestCanaryAnnotationWithVersion(t *testing.T) {
	for _, e := range harness.Envoys(t) {
		t.Run(e.String(), func(t *testing.T) {
			l := begun(t, e, nil)
			l.applyCanary(l.stamp("VERSION-0002"), `{"v":"2"}`, asks("50%", "interval", "1h"))
			l.waitCanary("running", 50)
			l.envoy.WaitHTTP(l.url("/"), patience, func(r harness.Reply) bool { return r.Header.Get("X-Code") == "VERSION-0002" })
			if got := l.share(100, "VERSION-0002"); got < 25 || got > 75 {
				t.Errorf("%d of 100", got)
			}
			l.waitStatus("reports", func(s *serve.Status) bool { return canaryOf(s) != nil && canaryOf(s).Canary.Requests > 10 })
		})
	}
}

// TestCanaryAnnotation: one that can't be used is told with file and line, and what
// served serves on.
func TestCanaryAnnotation(t *testing.T) {
	e := harness.OneEnvoy(t)
	l := begun(t, e, asks("10%"))
	l.applyCanary(l.stamp("VERSION-0002"), `{"v":"2"}`, asks("150%"))
	s := l.waitStatus("the problem", func(s *serve.Status) bool { return len(s.Problems) == 1 })
	if text := s.Problems[0].Text; !strings.Contains(text, "stamp.yaml:3: metadata.annotations") || !strings.Contains(text, "1% to 99%") {
		t.Errorf("told %q", text)
	}
	if got := l.share(50, "VERSION-0001"); got != 50 {
		t.Errorf("%d of 50", got)
	}
}
