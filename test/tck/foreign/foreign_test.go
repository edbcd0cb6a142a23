package foreign

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	"github.com/sluiceproxy/sluice/host/upstream"
)

// served is a gateway with one plugin.
type served struct {
	t    *testing.T
	addr string
	mu   sync.Mutex
	logs []string
}

// onBoth runs f on both engines with a plugin, whose callouts go to callee.
func onBoth(t *testing.T, p gateway.Plugin, callee http.HandlerFunc, f func(t *testing.T, s *served)) {
	t.Helper()
	for name, o := range map[string]host.RuntimeOptions{"compiler": {}, "interpreter": {Interpreter: true}} {
		t.Run(name, func(t *testing.T) {
			rt, err := host.NewRuntime(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = rt.Close(context.Background()) })
			f(t, serve(t, rt, p, callee))
		})
	}
}

func serve(t *testing.T, rt *host.Runtime, p gateway.Plugin, callee http.HandlerFunc) *served {
	t.Helper()
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "a secret text") }))
	t.Cleanup(up.Close)
	other := httptest.NewServer(callee)
	t.Cleanup(other.Close)
	clusters, err := upstream.New(upstream.Options{}, upstream.Cluster{Name: "up", URL: up.URL}, upstream.Cluster{Name: "httpbin", URL: other.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = clusters.Close() })
	s := &served{t: t}
	gw, err := gateway.New(context.Background(), gateway.Options{
		Runtime: rt, Clusters: clusters, Routes: []gateway.Route{{Name: "all", Cluster: "up"}}, Plugins: []gateway.Plugin{p},
		LogLevel: host.LogTrace, Log: func(_ host.LogLevel, _, msg string) { s.mu.Lock(); s.logs = append(s.logs, msg); s.mu.Unlock() },
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = gw.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = gw.Shutdown(ctx)
	})
	s.addr = "http://" + l.Addr().String()
	return s
}

// get asks the gateway and returns the status, the headers and the body.
func (s *served) get(path string, header ...string) (int, http.Header, string) {
	s.t.Helper()
	req, err := http.NewRequest(http.MethodGet, s.addr+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := (&http.Client{Timeout: 10 * time.Second}).Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(body)
}

// wantLog waits for a line that has a part.
func (s *served) wantLog(part string) {
	s.t.Helper()
	has := func(line string) bool { return strings.Contains(line, part) }
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		s.mu.Lock()
		found := slices.ContainsFunc(s.logs, has)
		s.mu.Unlock()
		if found {
			return
		}
	}
	s.t.Errorf("no log line with %q in %q", part, s.logs)
}

// The examples of the crate do what their texts say.
func TestRustCrate(t *testing.T) {
	t.Parallel()
	dir := crateExamples(t)
	example := func(name, config string) gateway.Plugin {
		return gateway.Plugin{Name: name, Code: read(t, filepath.Join(dir, name+".wasm")), Config: []byte(config)}
	}
	var random string // what the callee of http_auth_random answers
	callee := func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, random) }
	onBoth(t, example("hello_world", ""), callee, func(_ *testing.T, s *served) {
		s.wantLog("Hello, World!")
		s.wantLog("your lucky number is") // a tick after 5 s; time and randomness through WASI
	})
	onBoth(t, example("http_headers", ""), callee, func(t *testing.T, s *served) {
		if status, h, body := s.get("/hello"); status != 200 || h.Get("Powered-By") != "proxy-wasm" || body != "Hello, World!\n" {
			t.Errorf("/hello: %d, %v, %q", status, h, body)
		}
		if status, h, body := s.get("/other"); status != 200 || h.Get("Powered-By") != "" || body != "a secret text" {
			t.Errorf("/other: %d, %v, %q", status, h, body)
		}
		s.wantLog("-> :path: /other")
		s.wantLog("<- :status: 200")
		s.wantLog("completed.")
	})
	onBoth(t, example("http_body", ""), callee, func(t *testing.T, s *served) {
		if status, _, body := s.get("/"); status != 200 || body != "Original message body (13 bytes) redacted." {
			t.Errorf("%d, %q", status, body)
		}
	})
	onBoth(t, example("http_config", "configured"), callee, func(t *testing.T, s *served) {
		if status, h, _ := s.get("/"); status != 200 || h.Get("custom-header") != "configured" {
			t.Errorf("%d, %v", status, h)
		}
	})
	onBoth(t, example("http_auth_random", ""), callee, func(t *testing.T, s *served) {
		for answer, want := range map[string]int{"\x02": 200, "\x03": 403} {
			random = answer
			status, h, _ := s.get("/")
			if status != want || h.Get("Powered-By") != "proxy-wasm" {
				t.Errorf("%q: %d, %v; want %d", answer, status, h, want)
			}
		}
	})
}

func TestAssemblyScript(t *testing.T) {
	t.Parallel()
	p := gateway.Plugin{Name: "foreign", RootID: "foreign", Code: assemblyScript(t), Config: []byte("configured")}
	onBoth(t, p, nil, func(t *testing.T, s *served) {
		for range 3 {
			if status, h, body := s.get("/"); status != 200 || h.Get("x-config") != "configured" || body != "a secret text" {
				t.Errorf("%d, %v, %q", status, h, body)
			}
		}
	})
}

func TestABI010(t *testing.T) {
	t.Parallel()
	p := gateway.Plugin{Name: "old", Code: assemble(t, "testdata/abi010.wat"), Config: []byte("configured")}
	onBoth(t, p, nil, func(t *testing.T, s *served) {
		for _, header := range [][]string{nil, {"x-wait", "1"}} {
			status, h, _ := s.get("/", header...)
			if status != 200 || h.Get("x-config") != "configured" || h.Get("x-missing-status") != "0" {
				t.Errorf("%v: %d, %v", header, status, h)
			}
		}
	})
}
