package run

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// onEngines runs a test on each engine.
func onEngines(t *testing.T, test func(t *testing.T, e Engine)) {
	t.Run("embedded", func(t *testing.T) { test(t, Embedded()) })
	t.Run("envoy", func(t *testing.T) {
		b, err := envoy.Find(context.Background(), harness.OneEnvoy(t).Path)
		if err != nil {
			t.Fatal(err)
		}
		test(t, OnEnvoy(b, "127.0.0.1:0"))
	})
}

// seen asks on a connection of its own and renders what the probes said.
func seen(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	return fmt.Sprint(resp.StatusCode, resp.Header.Values("X-Code"), resp.Header.Values("X-Config"))
}

// TestReload takes every kind of change through the whole path.
func TestReload(t *testing.T) {
	onEngines(t, func(t *testing.T, e Engine) {
		tmp := t.TempDir()
		t.Setenv("TMPDIR", tmp)
		dir := wasmDir(t)
		r := begin(t, Options{Source: dir, Engine: e, Workers: 2})
		ready := next[Ready](r)
		want := func(want string) {
			t.Helper()
			for range 4 { // every worker
				if got := seen(t, ready.URL+"/get"); got != want {
					t.Fatalf("got %s, want %s", got, want)
				}
			}
		}
		want(`200 [one] [{"x":1}]`)
		if got := next[Request](r); got.Path != "/get" || got.Status != 200 || got.Route != "default" || got.Cluster != "httpbin" ||
			got.Took <= 0 || got.Details != "via_upstream" {
			t.Errorf("request line: %+v", got)
		}
		config, code := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "a.wasm")
		put(t, config, "x: 2\n")
		r.reloaded("configuration")
		want(`200 [one] [{"x":2}]`)
		if got := next[Log](r); got.Plugin != "a" || got.Level != "info" || got.Text != "probe one saw a request" {
			t.Errorf("log line: %+v", got)
		}
		put(t, code, string(envoytest.Probe("two")))
		r.reloaded("code")
		want(`200 [two] [{"x":2}]`)
		put(t, filepath.Join(dir, "a.json"), `"!no"`)
		r.failed("remove one") // of a.yaml and a.json
		if err := os.Remove(config); err != nil {
			t.Fatal(err)
		}
		r.reloaded("configuration") // `"!no"` begins with a quote, so the probe takes it
		want(`200 [two] ["!no"]`)
		put(t, code, string(envoytest.Probe("three"))[:300])
		r.failed("a.wasm")
		want(`200 [two] ["!no"]`)
		put(t, code, string(envoytest.Probe("two")))
		r.reloaded("nothing")
		put(t, filepath.Join(dir, "b.wasm"), string(envoytest.Probe("second")))
		r.reloaded("chain (a, b)")
		want(`200 [second two] ["!no"]`)
		put(t, filepath.Join(dir, "routes.yaml"), "routes:\n- {name: a, path: /status/201, cluster: httpbin}\n")
		r.reloaded("routes")
		want(`404 [second two] ["!no"]`)
		if got := seen(t, ready.URL+"/status/201"); !strings.HasPrefix(got, "201 ") {
			t.Errorf("the new route: got %s", got)
		}
		if err := e.Err(); err != nil {
			t.Error(err)
		}
		r.stop()
		if left, _ := os.ReadDir(tmp); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}

// TestEngineKeepsTheOld: what passes the checks here and fails in the engine.
func TestEngineKeepsTheOld(t *testing.T) {
	onEngines(t, func(t *testing.T, e Engine) {
		state := State{
			Plugins:  []Plugin{{Name: "p", Code: envoytest.Probe("old"), Config: []byte("ok")}},
			Routes:   defaultRoutes(httpbinClusters("x")),
			Clusters: nil,
		}
		bin, err := startHTTPBin("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer bin.Close()
		state.Clusters = httpbinClusters(bin.Addr().String())
		if err := e.Start(context.Background(), Setup{State: state, Listen: "127.0.0.1:0", LogLevel: "off", OnEvent: func(Event) {}}); err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		for name, p := range map[string]Plugin{
			"configuration": {Name: "p", Code: envoytest.Probe("new"), Config: []byte("!")},
			"trap":          {Name: "p", Code: envoytest.Probe("new"), Config: []byte("#")},
			"import":        {Name: "p", Code: envoytest.Probe("new", "env.no_such_function"), Config: []byte("ok")},
			"truncated":     {Name: "p", Code: envoytest.Probe("new")[:300]},
		} {
			next := state
			next.Plugins = []Plugin{p}
			next.Clusters = append([]Cluster{{"new", "127.0.0.1:9"}}, state.Clusters...)
			if err := e.Apply(context.Background(), next); err == nil {
				t.Errorf("%s: taken", name)
			} else if strings.Contains(err.Error(), "\n") {
				t.Logf("%s: several lines: %v", name, err)
			}
			if got := seen(t, "http://"+e.Addr()+"/get"); got != "200 [old] [ok]" {
				t.Errorf("%s: got %s", name, got)
			}
		}
	})
}

// TestWithoutOnEvent: an engine whose events nobody wants logs, serves and ends.
func TestWithoutOnEvent(t *testing.T) {
	onEngines(t, func(t *testing.T, e Engine) {
		bin, err := startHTTPBin("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer bin.Close()
		clusters := httpbinClusters(bin.Addr().String())
		state := State{Plugins: []Plugin{{Name: "p", Code: envoytest.Probe("x")}}, Routes: defaultRoutes(clusters), Clusters: clusters}
		if err := e.Start(context.Background(), Setup{State: state, Listen: "127.0.0.1:0", LogLevel: "trace"}); err != nil {
			t.Fatal(err)
		}
		if got := seen(t, "http://"+e.Addr()+"/get"); !strings.HasPrefix(got, "200 [x]") { // the probe logs
			t.Errorf("got %s", got)
		}
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestReloadUnderLoad: 20 changes of code and configuration, broken ones among
// them, while clients keep connections busy. Each answer must be of a version
// that was there, and no connection may be dropped.
func TestReloadUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("takes up to a minute")
	}
	onEngines(t, func(t *testing.T, e Engine) {
		dir := wasmDir(t)
		r := begin(t, Options{Source: dir, Engine: e, Workers: 2, LogLevel: "off"})
		ready := next[Ready](r)
		load := startLoad(t, ready.URL+"/get", 4)
		go drop(r)
		for i := range 20 {
			load.reload(t, dir, i)
		}
		load.stop(t)
		t.Logf("%d requests, %d connections lost, slowest %v", load.requests.Load(), load.lost.Load(), time.Duration(load.slowest.Load()))
		if load.requests.Load() < 200 {
			t.Error("too few requests to mean anything")
		}
		if n := load.lost.Load(); n != 0 {
			t.Errorf("%d connections were dropped", n)
		}
	})
}

// drop takes events that nobody waits for.
func drop(r *running) {
	for range r.events {
	}
}

// load is a number of clients that ask all the time.
type load struct {
	url                     string
	requests, lost, slowest atomic.Int64
	mu                      sync.Mutex
	bad                     []string
	last                    string // what answered last
	end                     chan struct{}
	wg                      sync.WaitGroup
}

func startLoad(t *testing.T, url string, clients int) *load {
	l := &load{url: url, end: make(chan struct{})}
	for range clients {
		l.wg.Add(1)
		go l.client()
	}
	t.Cleanup(func() { l.stop(t) })
	return l
}

func (l *load) client() {
	defer l.wg.Done()
	tr := &http.Transport{MaxIdleConns: 1, DialContext: lostDials(&l.lost)}
	defer tr.CloseIdleConnections()
	// A request without a body whose connection broke would be sent again
	// silently, so the body makes each failure show.
	for {
		select {
		case <-l.end:
			return
		default:
		}
		began := time.Now()
		req, _ := http.NewRequest("POST", strings.Replace(l.url, "/get", "/post", 1), io.NopCloser(strings.NewReader("hello")))
		resp, err := tr.RoundTrip(req)
		if err != nil {
			l.fail(err.Error())
			continue
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != 200 || resp.Header.Get("X-Code") == "" {
			l.fail(fmt.Sprint(resp.StatusCode, resp.Header, err))
		}
		l.mu.Lock()
		l.last = resp.Header.Get("X-Code")
		l.mu.Unlock()
		l.requests.Add(1)
		l.slowest.Store(max(l.slowest.Load(), int64(time.Since(began))))
	}
}

func (l *load) fail(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bad = append(l.bad, what)
}

// reload makes the change with number i and waits until clients see it.
func (l *load) reload(t *testing.T, dir string, i int) {
	t.Helper()
	mark := fmt.Sprintf("v%d", i)
	if i%4 == 3 { // a broken version first, which must change nothing
		put(t, filepath.Join(dir, "a.wasm"), "broken")
		time.Sleep(300 * time.Millisecond)
	}
	put(t, filepath.Join(dir, "a.yaml"), fmt.Sprintf("x: %d\n", i))
	put(t, filepath.Join(dir, "a.wasm"), string(envoytest.Probe(mark)))
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		l.mu.Lock()
		last := l.last
		l.mu.Unlock()
		if last == mark {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("change %d does not serve; clients see %q", i, last)
		}
	}
}

// stop ends the clients and reports what went wrong.
func (l *load) stop(t *testing.T) {
	t.Helper()
	select {
	case <-l.end:
		return
	default:
	}
	close(l.end)
	l.wg.Wait()
	if len(l.bad) > 0 {
		t.Errorf("%d of %d requests failed, the first: %s", len(l.bad), l.requests.Load(), l.bad[0])
	}
}
