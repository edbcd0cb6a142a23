package plugin_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/run"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// engine is a gateway with the tests' plugin, in front of an upstream that
// answers what it got, and with the cluster "service".
type engine struct {
	run.Engine
	url   string
	envoy bool
	h2    bool // ask over HTTP/2
	state run.State
	mu    sync.Mutex
	logs  []string
}

// engines runs a test on the embedded gateway and on each Envoy.
func engines(t *testing.T, plugin string, f func(t *testing.T, e *engine)) {
	if testing.Short() {
		t.Skip("builds a module and starts gateways; run without -short")
	}
	code := module(t, plugin)
	t.Run("embedded", func(t *testing.T) { f(t, serve(t, run.Embedded(), code)) })
	for _, e := range harness.Envoys(t) {
		t.Run(e.String(), func(t *testing.T) {
			g := serve(t, onEnvoy(t, e), code)
			g.envoy = true
			f(t, g)
		})
	}
}

func onEnvoy(t *testing.T, e harness.Envoy) run.Engine {
	t.Helper()
	binary, err := envoy.Find(context.Background(), e.Path)
	if err != nil {
		t.Fatal(err)
	}
	return run.OnEnvoy(binary, harness.Addr(harness.FreePorts(t, 1)[0]))
}

var built sync.Map

// module builds a plugin of the tests once, as `sluice build` does.
func module(t testing.TB, plugin string) []byte {
	t.Helper()
	code, ok := built.Load(plugin)
	if !ok {
		r, err := build.Build(context.Background(), build.Options{Dir: "testdata/" + plugin, Output: filepath.Join(t.TempDir(), "main.wasm")})
		if err != nil {
			t.Fatal(err)
		}
		code, _ = built.LoadOrStore(plugin, r.Code)
	}
	return code.([]byte)
}

func serve(t *testing.T, e run.Engine, code []byte) *engine {
	t.Helper()
	up, service := httptest.NewServer(http.HandlerFunc(upstream)), httptest.NewServer(http.HandlerFunc(answer))
	g := &engine{Engine: e, state: run.State{
		Plugins:  []run.Plugin{{Name: "handlers", Code: code}},
		Routes:   []run.Route{{Name: "all", Domains: []string{"*"}, Prefix: "/", Cluster: "upstream"}},
		Clusters: []run.Cluster{{Name: "upstream", Address: up.URL}, {Name: "service", Address: service.URL}},
	}}
	setup := run.Setup{State: g.state, Listen: "127.0.0.1:0", Workers: 1, LogLevel: "info", OnEvent: g.note}
	if err := e.Start(context.Background(), setup); err != nil {
		t.Fatal(err)
	}
	g.url = "http://" + e.Addr()
	t.Cleanup(func() {
		e.Close()
		for _, s := range []*httptest.Server{up, service} {
			s.CloseClientConnections()
			s.Close()
		}
		if t.Failed() {
			t.Log(strings.Join(g.lines(), "\n"))
		}
	})
	return g
}

func (e *engine) note(event run.Event) {
	if l, ok := event.(run.Log); ok {
		e.mu.Lock()
		e.logs = append(e.logs, l.Time.Format("05.000 ")+l.Level+" "+l.Text)
		e.mu.Unlock()
	}
}

func (e *engine) lines() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]string(nil), e.logs...)
}

// count returns how many lines of the log have text in them.
func (e *engine) count(text string) (n int) {
	for _, l := range e.lines() {
		n += strings.Count(l, text)
	}
	return n
}

// ask sends a request.
func (e *engine) ask(t *testing.T, q query) reply {
	t.Helper()
	req, err := http.NewRequest(q.method, e.url+q.path, q.reader())
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range q.headers {
		req.Header.Set(name, value)
	}
	if q.trailer != "" {
		req.Trailer = http.Header{"X-Sum": {q.trailer}}
	}
	req.Host = "a.test"
	transport := &http.Transport{DisableKeepAlives: true, DisableCompression: true, Protocols: new(http.Protocols)}
	transport.Protocols.SetHTTP1(!e.h2)
	transport.Protocols.SetUnencryptedHTTP2(e.h2)
	client := http.Client{Timeout: 20 * time.Second, Transport: transport}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatalf("%s: %v", q.path, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		body = append(body, "; then "+err.Error()...)
	}
	return reply{resp.StatusCode, resp.Header, string(body)}
}

// upstream answers what it got.
func upstream(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	out := echo(r.Method, r.RequestURI, r.Host, r.Header, body, r.Trailer)
	for name, value := range out.header {
		w.Header()[name] = value
	}
	if strings.HasSuffix(r.URL.Path, "-parts") { // without a length
		w.(http.Flusher).Flush()
	}
	w.WriteHeader(out.status)
	io.WriteString(w, out.body)
}

// echo is what upstream answers.
func echo(method, path, host string, h http.Header, body []byte, trailer http.Header) reply {
	header := http.Header{"X-Old": {"1"}, "X-Gone": {"1"}, "X-Upstream": {"1"}}
	if strings.Contains(path, "r-none") {
		header.Set("Content-Length", "0")
		return reply{200, header, ""}
	}
	text := fmt.Sprintf("%s %s host=%s length=%s result=%s trace=%s", method, path, host, h.Get("Content-Length"), h.Get("X-Result"),
		strings.Join(h["X-Trace"], ","))
	for _, name := range []string{"X-New", "X-Old", "X-Gone", "X-Many", "X-Evil", "X-Set"} {
		if values := h[name]; len(values) > 0 {
			text += " " + strings.ToLower(name) + "=" + strings.Join(values, ",")
		}
	}
	if trailer != nil {
		text += " sum=" + trailer.Get("X-Sum")
	}
	return reply{200, header, text + "|" + string(body)}
}

// answer is the service's: the last part of the path.
func answer(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/slow" {
		select {
		case <-r.Context().Done():
		case <-time.After(30 * time.Second):
		}
	}
	io.WriteString(w, r.URL.Path[1:])
}
