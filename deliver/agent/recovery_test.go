package agent

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
)

// TestServerKilled: traffic doesn't notice, and the next version comes when the
// control plane is back.
func TestServerKilled(t *testing.T) {
	l := newLab(t)
	url, sum := l.probe("one")
	l.plane.push("probe", url, sum, "x", "")
	l.agent()
	l.run("GRPC")
	l.serves("one", "x")
	stop := l.load(2)
	l.plane.stop()
	eventually(t, "the agent notices", func() bool { return l.saw(func(e Event) bool { u, ok := e.(Upstream); return ok && u.Err != "" }) })
	url, sum = l.probe("two")
	l.plane.push("probe", url, sum, "x", "")
	l.plane.start()
	l.serves("two", "x")
	if sent, failed := stop(); failed > 0 || sent == 0 {
		t.Errorf("%d of %d requests failed", failed, sent)
	}
}

// TestAgentKilled: traffic doesn't notice. An agent that begins while control plane
// and registry are away gives a new Envoy what the old one had accepted, and nothing
// that it had refused.
func TestAgentKilled(t *testing.T) {
	for _, api := range apis {
		t.Run(api, func(t *testing.T) {
			l := newLab(t)
			url, sum := l.probe("one")
			l.plane.push("probe", url, sum, "good", "")
			l.agent()
			l.run(api)
			l.serves("one", "good")
			l.plane.push("probe", url, sum, "!bad", "")
			eventually(t, "a refusal", func() bool { return l.plane.refusals() != "" })
			stop := l.load(2)
			l.halt()
			l.plane.stop()
			l.images.Close()
			time.Sleep(100 * time.Millisecond)
			l.agent()
			eventually(t, "Envoy is back", func() bool { return l.saw(func(e Event) bool { r, ok := e.(Restored); return ok && r.Resources == 1 }) })
			l.serves("one", "good")
			if sent, failed := stop(); failed > 0 || sent == 0 {
				t.Errorf("%d of %d requests failed", failed, sent)
			}
			l.envoy.Stop()
			l.run(api)
			l.serves("one", "good")
			l.plane.push("probe", url, sum, "better", "")
			l.plane.start()
			l.serves("one", "better")
		})
	}
}

// TestDamagedOnDisk: a module's file that is damaged is made anew from the store, and
// without a store it is not served.
func TestDamagedOnDisk(t *testing.T) {
	l := newLab(t)
	url, sum := l.probe("one")
	l.plane.push("probe", url, sum, "x", "")
	l.agent()
	l.run("GRPC")
	l.serves("one", "x")
	l.accepts()
	l.halt()
	l.envoy.Stop()
	l.plane.stop()
	l.images.Close()
	file := filepath.Join(l.o.Prepare.Dir, sum+".wasm")
	damage := func() {
		if err := os.WriteFile(file, []byte("damage"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	damage()
	l.agent()
	l.run("GRPC")
	l.serves("one", "x")
	l.halt()
	l.envoy.Stop()
	damage()
	l.o.Prepare.Store = nil
	l.agent()
	l.run("GRPC")
	eventually(t, "a warning", func() bool {
		return l.saw(func(e Event) bool {
			w, ok := e.(Warning)
			return ok && strings.Contains(w.Text, "not served from the disk")
		})
	})
	if status, _ := l.get(); status != 0 {
		t.Errorf("status %d for a plugin that isn't there", status)
	}
}

// TestSlowRegistry: a module that doesn't come holds up nobody: the control plane is
// told, and its next version serves at once.
func TestSlowRegistry(t *testing.T) {
	l := newLab(t)
	l.o.Patience = 200 * time.Millisecond
	quit := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-quit:
		case <-r.Context().Done():
		}
	}))
	defer slow.Close()
	defer close(quit)
	url, sum := l.probe("one")
	l.plane.push("probe", url, sum, "x", "")
	l.agent()
	l.run("DELTA_GRPC")
	l.serves("one", "x")
	host := strings.TrimPrefix(l.images.URL, "http://")
	l.plane.push("probe", strings.Replace(strings.Replace(url, host, strings.TrimPrefix(slow.URL, "http://"), 1), "/probe@", "/stuck@", 1), sum, "x", "")
	eventually(t, "a refusal", func() bool { return strings.Contains(l.plane.refusals(), "still being fetched") })
	start := time.Now()
	url, sum = l.probe("two")
	l.plane.push("probe", url, sum, "x", "")
	l.serves("two", "x")
	if took := time.Since(start); took > 4*time.Second { // the pull's own bound is 5 s
		t.Errorf("after %v", took)
	}
}

// TestTwoPlugins: one that can't be had is no obstacle for another, and is named.
func TestTwoPlugins(t *testing.T) {
	l := newLab(t)
	url, sum := l.probe("one")
	l.plane.push("other", strings.Replace(url, "/probe@", "/gone@", 1), sum, "x", "")
	l.plane.push("probe", url, sum, "x", "")
	l.agent()
	l.second = "other"
	l.run("GRPC")
	l.status(403)
	eventually(t, "a refusal", func() bool { return strings.Contains(l.plane.refusals(), "other: ") })
	if strings.Contains(l.plane.refusals(), "probe: ") {
		t.Errorf("refused: %s", l.plane.refusals())
	}
	l.plane.push("other", url, sum, "y", "")
	l.serves("one", "x")
	for i := range 5 {
		l.plane.push("probe", url, sum, fmt.Sprint(i), "")
		l.serves("one", fmt.Sprint(i))
	}
}

// TestChecksum: a module that isn't the one that the control plane names is refused.
func TestChecksum(t *testing.T) {
	l := newLab(t)
	url, _ := l.probe("one")
	_, other := l.probe("two")
	l.plane.push("probe", url, other, "x", "")
	l.agent()
	l.run("GRPC")
	l.status(403)
	eventually(t, "a refusal", func() bool { return strings.Contains(l.plane.refusals(), other) })
}

// TestTruncated: an image with a module that Envoy wouldn't load is refused before
// Envoy sees it.
func TestTruncated(t *testing.T) {
	l := newLab(t)
	url, sum := l.probe("one")
	l.plane.push("probe", url, sum, "x", "")
	l.agent()
	l.run("GRPC")
	l.serves("one", "x")
	l.plane.pushCode("probe", inline(envoytest.Probe("bad", "env.proxy_unheard_of")), "x", "")
	eventually(t, "a refusal", func() bool { return strings.Contains(l.plane.refusals(), "proxy_unheard_of") })
	l.serves("one", "x")
}
