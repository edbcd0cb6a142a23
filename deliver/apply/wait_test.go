package apply

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// istiod is one with a proxy that gets the plugin demo, with acknowledgements as a
// test wants them.
func (l *lab) istiod(acked *atomic.Bool) string {
	var asked atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/debug/syncz" {
			sent := asked.Add(1) // a push between any two questions
			got := int64(0)
			if acked.Load() {
				got = sent
			}
			fmt.Fprintf(w, `[{"proxy":"gw.default","extensionconfig_sent":"%d","extensionconfig_acked":"%d"}]`, sent, got)
			return
		}
		version := l.eu.Object(demo)["metadata"].(map[string]any)["resourceVersion"]
		fmt.Fprintf(w, `{"configs":[{"config":{"name":"default.demo~istio-translated-wasmplugin","version":%q}}]}`, version)
	}))
	l.t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func TestWaitForProxies(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	o := l.options(l.file("demo:1", "{}"), "eu")
	var acked atomic.Bool
	o.Wait = Wait{On: true, Timeout: 500 * time.Millisecond, Istiod: l.istiod(&acked)}
	r, err := Apply(t.Context(), o)
	if !errors.Is(err, ErrNotSeen) || l.eu.Object(demo) == nil {
		t.Fatalf("nobody acknowledged it: %v", err)
	}
	if w := r.Contexts[0].Objects[0].Waited; len(w) != 1 || w[0].OK || !strings.Contains(w[0].Seen, "not by gw.default") {
		t.Errorf("%+v", w)
	}
	acked.Store(true)
	down := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(down.Close)
	gone := strings.TrimPrefix(down.URL, "http://")
	o.Wait.Istiod += "," + gone // one replica that fails is named, and ends nothing
	r, err = Apply(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if w := r.Contexts[0].Objects[0].Waited; len(w) != 1 || !w[0].OK || !strings.Contains(w[0].Seen, "istiod does not know") || !strings.Contains(w[0].Seen, gone) {
		t.Errorf("%+v", w)
	}
}

func TestWaitWithoutAView(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	o := l.options(l.file("demo:1", "{}"), "eu")
	o.Wait.On = true
	if _, err := Apply(t.Context(), o); !errors.Is(err, ErrNotSeen) || !strings.Contains(err.Error(), "--istiod") || l.eu.Object(demo) == nil {
		t.Errorf("%v", err)
	}
}
