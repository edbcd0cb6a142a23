package call_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	"github.com/sluiceproxy/sluice/host/upstream"
)

// carrier answers requests inside the process, without connections.
type carrier func(w http.ResponseWriter, r *http.Request)

// RoundTrip implements http.RoundTripper.
func (c carrier) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	c(w, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return w.Result(), nil
}

// More streams than there are file descriptors wait in one VM of the embedded
// gateway. STRAIGHT_STREAMS says how many there are.
func TestManyParkedInMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module; run without -short")
	}
	n := envCount("STRAIGHT_STREAMS", 500)
	code, err := os.ReadFile(buildWasm(t, "straight"))
	if err != nil {
		t.Fatal(err)
	}
	hold := newHolder()
	clusters, err := upstream.New(upstream.Options{},
		upstream.Cluster{Name: "upstream", Transport: carrier(echo)},
		upstream.Cluster{Name: "hold", Transport: carrier(func(_ http.ResponseWriter, r *http.Request) { hold.wait(r.Context()) })})
	if err != nil {
		t.Fatal(err)
	}
	metrics := host.NewMetrics()
	g, err := gateway.New(context.Background(), gateway.Options{
		Clusters: clusters, Concurrency: 1, Metrics: metrics, Routes: []gateway.Route{{Cluster: "upstream", Timeout: -1}},
		Plugins: []gateway.Plugin{{Name: "straight", Code: code}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Shutdown(context.Background())
	var tenth, last string
	for round := range rounds {
		wave(t, g.Handler(), hold, metrics, n)
		w := httptest.NewRecorder()
		g.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/op/memory", nil))
		if last = strings.TrimSuffix(w.Body.String(), "|"); round == 9 {
			tenth = last
		}
		t.Logf("round %d: VM has, uses (bytes), goroutines: %s", round+1, last)
	}
	before, _, _ := strings.Cut(tenth, " ")
	after, _, _ := strings.Cut(last, " ")
	if before != after {
		t.Errorf("the VM grows: %s bytes after round 10, %s after round %d", before, after, rounds)
	}
	waitFor(t, "every stream is done", func() bool {
		m := metrics.Snapshot()
		all := uint64(rounds * (n + 1))
		return m["straight_begun"] == all && m["straight_unwound"] == all && m["straight_done"] == all
	})
}

// wave parks n streams; nine of ten clients leave, in any order.
func wave(t *testing.T, handler http.Handler, hold *holder, metrics *host.Metrics, n int) {
	t.Helper()
	ended := func() int { return int(metrics.Snapshot()["straight_ended"]) }
	before := ended()
	leave := make([]context.CancelFunc, n)
	var all sync.WaitGroup
	for i := range leave {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		leave[i] = cancel
		all.Add(1)
		go func() {
			defer all.Done()
			defer func() {
				if r := recover(); r != nil && r != http.ErrAbortHandler { // as package http does
					panic(r)
				}
			}()
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequest("GET", "/op/park", nil).WithContext(ctx))
			if ctx.Err() == nil && !strings.HasPrefix(w.Body.String(), "parked|") {
				t.Errorf("one that stayed got %d %q", w.Code, w.Body)
			}
		}()
	}
	waitFor(t, "every stream waits", func() bool { return hold.held() == n })
	rand.Shuffle(n, func(i, j int) { leave[i], leave[j] = leave[j], leave[i] })
	stay := n / 10
	for _, cancel := range leave[stay:] {
		cancel()
	}
	waitFor(t, "the broken streams are gone", func() bool { return ended()-before == n-stay })
	hold.release()
	all.Wait()
	waitFor(t, "every call is over", func() bool { return hold.held() == 0 })
}
