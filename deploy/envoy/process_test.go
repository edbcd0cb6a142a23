package envoy

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// recorder collects what a running Envoy reports.
type recorder struct {
	mu      sync.Mutex
	plugins []PluginLine
	access  []Access
	other   []Line
}

func (r *recorder) options() Options {
	return Options{
		Listen: "127.0.0.1:0", Admin: "127.0.0.1:0",
		OnPlugin: func(p PluginLine) { r.mu.Lock(); r.plugins = append(r.plugins, p); r.mu.Unlock() },
		OnAccess: func(a Access) { r.mu.Lock(); r.access = append(r.access, a); r.mu.Unlock() },
		OnLog:    func(l Line) { r.mu.Lock(); r.other = append(r.other, l); r.mu.Unlock() },
	}
}

// eventually waits for f, which is called with the lock held.
func (r *recorder) eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		r.mu.Lock()
		ok := f()
		r.mu.Unlock()
		if ok {
			return
		}
		if time.Now().After(deadline) {
			r.mu.Lock()
			defer r.mu.Unlock()
			t.Fatalf("not within 5s: %s\nplugins %+v\naccess %+v", what, r.plugins, r.access)
		}
	}
}

// testConfig is one route to an upstream that answers with its name.
func testConfig(t *testing.T, plugins ...Plugin) Config {
	t.Helper()
	return Config{
		Plugins:  plugins,
		Routes:   []Route{{Name: "all", Prefix: "/", Cluster: "up"}},
		Clusters: []Cluster{{Name: "up", Address: upstream(t, "up")}},
	}
}

func upstream(t *testing.T, name string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Forwarded-Proto-Seen", r.Header.Get("X-Forwarded-Proto"))
		w.Header().Set("X-Expected-Timeout", r.Header.Get("X-Envoy-Expected-Rq-Timeout-Ms"))
		io.WriteString(w, name)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func binary(t *testing.T) Binary {
	t.Helper()
	b, err := Find(context.Background(), harness.OneEnvoy(t).Path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func start(t *testing.T, c Config) (*Envoy, *recorder) {
	t.Helper()
	rec := &recorder{}
	o := rec.options()
	o.Binary = binary(t)
	e, err := Start(context.Background(), o, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		e.Close()
		if _, err := os.Stat(string(e.dir)); !os.IsNotExist(err) {
			t.Errorf("run directory is left behind: %v", err)
		}
	})
	return e, rec
}

// get makes one request on a connection of its own.
func get(t *testing.T, e *Envoy, host, path string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest("GET", "http://"+e.Addr()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		req.Host = host
	}
	req.Close = true
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return resp, string(b)
}

// codes renders what the probes in the chain wrote into the response.
func codes(t *testing.T, e *Envoy) string {
	t.Helper()
	resp, _ := get(t, e, "", "/")
	return fmt.Sprint(resp.StatusCode, resp.Header.Values("X-Code"), resp.Header.Values("X-Config"))
}

func wantCodes(t *testing.T, e *Envoy, want string) {
	t.Helper()
	if got := codes(t, e); got != want {
		t.Fatalf("got %s, want %s", got, want)
	}
}

func probe(mark, config string) Plugin {
	return Plugin{Name: "probe", Code: envoytest.Probe(mark), Config: []byte(config)}
}

func TestServe(t *testing.T) {
	e, rec := start(t, testConfig(t, probe("a", `{"x": 1}`)))
	resp, body := get(t, e, "", "/some/path?q=1")
	if resp.StatusCode != 200 || body != "up" {
		t.Fatalf("got %d %q", resp.StatusCode, body)
	}
	for name, want := range map[string]string{
		"X-Code": "a", "X-Config": `{"x": 1}`, "X-Forwarded-Proto-Seen": "https", "X-Expected-Timeout": "15000",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	rec.eventually(t, "plugin and access lines", func() bool { return len(rec.plugins) > 0 && len(rec.access) > 0 })
	if p := rec.plugins[0]; p != (PluginLine{"info", "probe", "probe a saw a request", ""}) {
		t.Errorf("plugin line: %+v", p)
	}
	a := rec.access[0]
	if a.Method != "GET" || a.Path != "/some/path?q=1" || a.Status != 200 || a.Route != "all" || a.Cluster != "up" ||
		a.Sent != 2 || a.Time.IsZero() || a.Details != "via_upstream" || a.Host != e.Addr() || a.Took() <= 0 || a.Took() > 10*time.Second {
		t.Errorf("access: %+v", a)
	}
}

func TestApplyConfigCodeAndChain(t *testing.T) {
	c := testConfig(t, probe("a", "one"))
	e, _ := start(t, c)
	wantCodes(t, e, "200 [a] [one]")
	pid := e.PID()
	second := probe("second", "x")
	second.Name = "second"
	// the response passes the chain from its end
	for _, step := range []struct {
		name    string
		plugins []Plugin
		want    string
	}{
		{"config", []Plugin{probe("a", "two")}, "200 [a] [two]"},
		{"code", []Plugin{probe("b", "two")}, "200 [b] [two]"},
		{"back", []Plugin{probe("a", "one")}, "200 [a] [one]"},
		{"no config", []Plugin{probe("a", "")}, "200 [a] []"},
		{"add", []Plugin{probe("a", "one"), second}, "200 [second a] [x one]"},
		{"swap", []Plugin{second, probe("a", "one")}, "200 [a second] [one x]"},
		{"swap and change", []Plugin{probe("c", "three"), second}, "200 [second c] [x three]"},
		{"remove", []Plugin{second}, "200 [second] [x]"},
		{"add again", []Plugin{second, probe("d", "four")}, "200 [d second] [four x]"},
		{"none", nil, "200 [] []"},
		{"one", []Plugin{probe("a", "one")}, "200 [a] [one]"},
	} {
		c.Plugins = step.plugins
		if err := e.Apply(context.Background(), c); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		wantSoon(t, e, step.name, step.want)
	}
	if e.PID() != pid || e.Err() != nil {
		t.Errorf("not the same process any more: %v", e.Err())
	}
	left, err := os.ReadDir(e.dir.path(codeDir))
	if err != nil || len(left) != 1 {
		t.Errorf("modules in the run directory: %v, %v; want the one in use", left, err)
	}
}

// wantSoon waits until both workers, which take a change up one after the other,
// answer as wanted.
func wantSoon(t *testing.T, e *Envoy, name, want string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for right := 0; right < 8; right++ {
		if got := codes(t, e); got != want {
			if time.Now().After(deadline) {
				t.Fatalf("%s: got %s, want %s", name, got, want)
			}
			right = -1
			time.Sleep(10 * time.Millisecond)
		}
	}
}

func TestApplyRefused(t *testing.T) {
	good := testConfig(t, probe("a", "one"))
	e, _ := start(t, good)
	cut := envoytest.Probe("b")
	for _, tt := range []struct {
		name   string
		plugin Plugin
		want   string
	}{
		{"refuses its configuration", probe("a", "!"), "probe refuses this configuration"},
		{"traps in configure", probe("a", "#"), "proxy_on_configure failed: Uncaught RuntimeError: unreachable"},
		{"truncated", Plugin{Name: "probe", Code: cut[:len(cut)/2]}, "not a whole WebAssembly module"},
		{"text", Plugin{Name: "probe", Code: []byte("package main")}, "not a WebAssembly module: it begins with \"package main\""},
		{"Higress import", Plugin{Name: "probe", Code: envoytest.Probe("b", "env.proxy_redis_init")},
			"missing import: env.proxy_redis_init (only Higress' Envoy has this function"},
		{"unknown import", Plugin{Name: "probe", Code: envoytest.Probe("b", "env.no_such_thing")}, "missing import: env.no_such_thing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, chain := range [][]Plugin{
				{tt.plugin},
				{tt.plugin}, // Envoy takes what it has refused for unchanged when it sees it again
				{probe("good", "too"), {Name: "extra", Code: tt.plugin.Code, Config: tt.plugin.Config}},
			} {
				c := good
				c.Plugins = chain
				err := e.Apply(context.Background(), c)
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Fatalf("error is %v, want it to contain %q", err, tt.want)
				}
				wantCodes(t, e, "200 [a] [one]")
			}
		})
	}
	good.Plugins = []Plugin{probe("a", "fine")}
	if err := e.Apply(context.Background(), good); err != nil {
		t.Fatal(err)
	}
	wantCodes(t, e, "200 [a] [fine]")
}

func TestApplyRoutesAndClusters(t *testing.T) {
	c := testConfig(t, probe("a", ""))
	e, _ := start(t, c)
	c.Clusters = []Cluster{{"one", upstream(t, "one")}, {"two", upstream(t, "two")}, {"outbound|80||my-svc.static", upstream(t, "svc")}}
	c.Routes = []Route{
		{Name: "api", Domains: []string{"api.example.com"}, Prefix: "/api", Cluster: "two"},
		{Name: "wild", Domains: []string{"*.example.com"}, Path: "/exact", Cluster: "outbound|80||my-svc.static"},
		{Name: "rest", Prefix: "/", Cluster: "one"},
	}
	if err := e.Apply(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ host, path, want string }{
		{"api.example.com", "/api/x", "two"},
		{"api.example.com:8080", "/api/x", "two"},
		{"api.example.com", "/exact", ""},
		{"other.example.com", "/exact", "svc"},
		{"other.example.com", "/exactly", ""},
		{"nowhere.test", "/api/x", "one"},
	} {
		if _, body := get(t, e, tt.host, tt.path); body != tt.want {
			t.Errorf("%s%s: got %q, want %q", tt.host, tt.path, body, tt.want)
		}
	}
	bad := c
	bad.Routes = append([]Route{{Name: "no", Cluster: "missing"}}, c.Routes...)
	if err := e.Apply(context.Background(), bad); err == nil || !strings.Contains(err.Error(), `no cluster "missing"`) {
		t.Errorf("error is %v", err)
	}
}

func TestStartRefused(t *testing.T) {
	rec := &recorder{}
	o := rec.options()
	o.Binary = binary(t)
	for _, tt := range []struct {
		name string
		cfg  Config
		want string
	}{
		{"plugin refuses", testConfig(t, probe("a", "!")), `plugin "probe": probe refuses this configuration`},
		{"corrupt", testConfig(t, Plugin{Name: "probe", Code: []byte("\x00asmx")}), "Missing or unknown Proxy-Wasm ABI version (the module must"},
		{"no such cluster", Config{Routes: []Route{{Cluster: "x"}}}, `no cluster "x"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tmp := t.TempDir()
			t.Setenv("TMPDIR", tmp)
			e, err := Start(context.Background(), o, tt.cfg)
			if err == nil {
				e.Close()
				t.Fatal("started")
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want it to contain %q", err, tt.want)
			}
			if left, _ := os.ReadDir(tmp); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for _, o := range []Options{{Listen: l.Addr().String(), Admin: "127.0.0.1:0"}, {Listen: "127.0.0.1:0", Admin: l.Addr().String()}} {
		_, err := Start(context.Background(), o, Config{})
		if err == nil || !strings.Contains(err.Error(), "port "+port+" is in use") {
			t.Errorf("error is %v", err)
		}
	}
}

// A VM that trapped answers 503 and comes back by itself.
func TestTrapInRequest(t *testing.T) {
	e, rec := start(t, testConfig(t, probe("a", "%")))
	wantCodes(t, e, "503 [] []")
	rec.eventually(t, "the trap is told", func() bool {
		for _, p := range rec.plugins {
			if strings.Contains(p.Text, "proxy_on_request_headers failed") {
				return true
			}
		}
		return false
	})
	c := testConfig(t, probe("a", "%"))
	c.Plugins[0].FailOpen = true
	if err := e.Apply(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	codes(t, e)
	if resp, _ := get(t, e, "", "/"); resp.StatusCode != 200 && resp.StatusCode != 503 {
		t.Errorf("got %d", resp.StatusCode)
	}
	c.Plugins = []Plugin{probe("a", "fine")}
	if err := e.Apply(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	wantCodes(t, e, "200 [a] [fine]")
}

func TestEnvoyDies(t *testing.T) {
	e, _ := start(t, testConfig(t))
	if e.Err() != nil {
		t.Fatalf("running, yet: %v", e.Err())
	}
	killGroup(e.PID())
	select {
	case <-e.Done():
	case <-time.After(5 * time.Second):
		t.Fatal("Done is not closed")
	}
	if err := e.Err(); err == nil || !strings.Contains(err.Error(), "ended by itself") {
		t.Errorf("error is %v", err)
	}
	if err := e.Apply(context.Background(), testConfig(t, probe("a", ""))); err == nil {
		t.Error("Apply to a dead Envoy succeeded")
	}
}

func TestStartCancelled(t *testing.T) {
	rec := &recorder{}
	o := rec.options()
	o.Binary = binary(t)
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(50*time.Millisecond, cancel)
	e, err := Start(ctx, o, testConfig(t, probe("a", "")))
	if err == nil {
		e.Close()
		t.Skip("this Envoy starts faster than 50 ms")
	}
	if left, _ := os.ReadDir(tmp); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestWithoutV8: the wheel of one release is built so, and says it only in its log.
func TestWithoutV8(t *testing.T) {
	path := filepath.Join(t.TempDir(), "envoy")
	script := "#!/bin/sh\necho '" + logMark + "|info|main|  envoy.wasm.runtime: envoy.wasm.runtime.null' >&2\nexit 1\n"
	if err := os.WriteFile(path, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	o := (&recorder{}).options()
	o.Binary = Binary{Path: path, Version: Version{1, 38, 3}}
	_, err := Start(context.Background(), o, Config{})
	if err == nil || !strings.Contains(err.Error(), "(Envoy 1.38.3) was built without the V8 Wasm runtime") {
		t.Errorf("error is %v", err)
	}
}
