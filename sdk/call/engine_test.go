package call_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	"github.com/sluiceproxy/sluice/host/upstream"
)

// engine is a gateway with one plugin, in front of an upstream that answers
// what it got, and with the clusters "service", "hold", "dead" and "empty".
type engine interface {
	url() string
	metric(name string) int // a counter of the plugin
	logs() string
	memory() int // bytes that the process has in memory, 0 where unknown
	back() backends
}

// backends are the servers behind a gateway.
type backends struct {
	upstream, service, held *httptest.Server
	hold                    *holder
}

// holder keeps requests for /hold until they are released.
type holder struct {
	mu      sync.Mutex
	gate    chan struct{}
	waiting int
	total   int // requests so far
}

func newHolder() *holder { return &holder{gate: make(chan struct{})} }

// release answers all that wait now.
func (h *holder) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	close(h.gate)
	h.gate = make(chan struct{})
}

func (h *holder) held() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.waiting
}

// wait returns when it is released or ctx ends.
func (h *holder) wait(ctx context.Context) {
	h.mu.Lock()
	h.waiting++
	h.total++
	gate := h.gate
	h.mu.Unlock()
	select {
	case <-gate:
	case <-ctx.Done():
	}
	h.mu.Lock()
	h.waiting--
	h.mu.Unlock()
}

func startBackends(t testing.TB) backends {
	t.Helper()
	hold := newHolder()
	b := backends{
		hold:     hold,
		upstream: httptest.NewServer(http.HandlerFunc(echo)),
		service:  httptest.NewServer(http.HandlerFunc(serve)),
		held:     startHeld(hold),
	}
	t.Cleanup(func() {
		for _, s := range []*httptest.Server{b.upstream, b.service, b.held} {
			s.CloseClientConnections()
			s.Close()
		}
	})
	return b
}

// startHeld serves requests over HTTP/2 that wait until they are released.
func startHeld(hold *holder) *httptest.Server {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { hold.wait(r.Context()) }))
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	return s
}

// echo answers with the plugin's result and the body.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s|%s", r.Header.Get("x-result"), body)
}

// serve answers with the last part of the path.
func serve(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/slow":
		select {
		case <-r.Context().Done():
		case <-time.After(30 * time.Second):
		}
	case "/reset":
		conn, _, _ := w.(http.Hijacker).Hijack()
		conn.Close()
	case "/503":
		w.WriteHeader(503)
	case "/504":
		w.WriteHeader(504)
		io.WriteString(w, "upstream request timeout")
	default:
		io.WriteString(w, r.URL.Path[1:])
	}
}

// buildWasm builds one of the plugins in testdata.
func buildWasm(t testing.TB, name string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), name+".wasm")
	cmd := exec.Command("go", "build", "-ldflags=-s -w", "-buildmode=c-shared", "-o", out, "./testdata/"+name)
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, b)
	}
	return out
}

// closedAddress is one where nothing listens.
func closedAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// embedded is this project's own gateway.
type embedded struct {
	address string
	metrics *host.Metrics
	log     *lockedLog
	b       backends
}

func startEmbedded(t testing.TB, wasm string, b backends) engine {
	t.Helper()
	code, err := os.ReadFile(wasm)
	if err != nil {
		t.Fatal(err)
	}
	clusters, err := upstream.New(upstream.Options{},
		upstream.Cluster{Name: "upstream", URL: b.upstream.URL}, upstream.Cluster{Name: "service", URL: b.service.URL},
		upstream.Cluster{Name: "hold", URL: strings.Replace(b.held.URL, "http", "h2c", 1)},
		upstream.Cluster{Name: "dead", URL: "http://" + closedAddress(t)})
	if err != nil {
		t.Fatal(err)
	}
	e := &embedded{metrics: host.NewMetrics(), log: &lockedLog{}, b: b}
	g, err := gateway.New(context.Background(), gateway.Options{
		Clusters: clusters, Concurrency: 1, Metrics: e.metrics, LogLevel: host.LogWarn,
		Routes:  []gateway.Route{{Cluster: "upstream", Timeout: -1}},
		Plugins: []gateway.Plugin{{Name: "straight", Code: code}},
		Log:     func(_ host.LogLevel, plugin, msg string) { fmt.Fprintln(e.log, plugin, msg) },
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e.address = l.Addr().String()
	go g.Serve(l)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := g.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		clusters.Close()
	})
	return e
}

func (e *embedded) url() string            { return "http://" + e.address }
func (e *embedded) metric(name string) int { return int(e.metrics.Snapshot()["straight_"+name]) }
func (e *embedded) logs() string           { return e.log.String() }
func (e *embedded) memory() int            { return 0 }
func (e *embedded) back() backends         { return e.b }

// engines runs a test on each gateway.
func engines(t *testing.T, plugin string, f func(t *testing.T, e engine)) {
	if testing.Short() {
		t.Skip("builds a module and starts gateways; run without -short")
	}
	wasm := buildWasm(t, plugin)
	t.Run("embedded", func(t *testing.T) { f(t, startEmbedded(t, wasm, startBackends(t))) })
	t.Run("envoy", func(t *testing.T) { f(t, startEnvoy(t, wasm, startBackends(t))) })
}

// ask sends a request and returns the status, the headers and the body.
func ask(t testing.TB, e engine, op, body string) (int, http.Header, string) {
	t.Helper()
	client := http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Post(e.url()+"/op/"+op, "text/plain", strings.NewReader(body))
	if err != nil {
		t.Errorf("%s: %v", op, err)
		return 0, nil, ""
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		b = append(b, "; then "+err.Error()...)
	}
	return resp.StatusCode, resp.Header, string(b)
}

func (h *holder) requests() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.total
}
