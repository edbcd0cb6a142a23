package proxywasm_test

import (
	"bytes"
	"context"
	"encoding/json"
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

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// buildWasm builds one of the plugins in testdata.
func buildWasm(t *testing.T, name string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), name+".wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", out, "./testdata/"+name)
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if b, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, b)
	}
	return out
}

// gateway is an Envoy process with one plugin in front of one upstream.
type gateway struct {
	addr string
	log  *lockedLog
	done chan error
}

// lockedLog can be read while Envoy writes to it.
type lockedLog struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lockedLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *lockedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// startEnvoy runs Envoy with a plugin and waits until it listens.
func startEnvoy(t *testing.T, wasm string, upstream net.Addr) *gateway {
	t.Helper()
	envoy := harness.OneEnvoy(t).Path
	dir := t.TempDir()
	config := filepath.Join(dir, "envoy.json")
	if err := os.WriteFile(config, envoyConfig(t, wasm, upstream), 0o600); err != nil {
		t.Fatal(err)
	}
	g := &gateway{log: &lockedLog{}, done: make(chan error, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, envoy, "-c", config, "--concurrency", "1", "-l", "warning",
		"--disable-hot-restart", "--admin-address-path", filepath.Join(dir, "admin"))
	cmd.Stdout, cmd.Stderr = g.log, g.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { g.done <- cmd.Wait() }()
	t.Cleanup(func() {
		cancel()
		<-g.done
		if t.Failed() {
			t.Logf("envoy's log:\n%s", g.log)
		}
	})
	g.addr = g.await(t, filepath.Join(dir, "admin"))
	return g
}

// await returns the listener's address once Envoy is ready.
func (g *gateway) await(t *testing.T, adminFile string) string {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		select {
		case err := <-g.done:
			g.done <- err
			t.Fatalf("envoy ended: %v\n%s", err, g.log)
		default:
		}
		admin, err := os.ReadFile(adminFile)
		if err != nil {
			continue
		}
		resp, err := http.Get("http://" + strings.TrimSpace(string(admin)) + "/listeners")
		if err != nil {
			continue
		}
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if name, addr, ok := strings.Cut(strings.TrimSpace(string(b)), "::"); ok && name == "main" {
			return addr
		}
	}
	t.Fatal("envoy did not begin to listen within 60 s")
	return ""
}

func envoyConfig(t *testing.T, wasm string, upstream net.Addr) []byte {
	t.Helper()
	type m = map[string]any
	type l = []any
	socket := func(port int) m {
		return m{"socket_address": m{"address": "127.0.0.1", "port_value": port}}
	}
	plugin := m{
		"name": "under_test",
		"typed_config": m{
			"@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
			"config": m{
				"name":      "under_test",
				"vm_config": m{"runtime": "envoy.wasm.runtime.v8", "code": m{"local": m{"filename": wasm}}},
			},
		},
	}
	hcm := m{
		"@type":       "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
		"stat_prefix": "in", "delayed_close_timeout": "0.05s",
		"route_config": m{"virtual_hosts": l{m{
			"name": "all", "domains": l{"*"},
			"routes": l{m{"match": m{"prefix": "/"}, "route": m{"cluster": "upstream"}}},
		}}},
		"http_filters": l{plugin, m{
			"name":         "router",
			"typed_config": m{"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"},
		}},
	}
	config := m{
		"admin": m{"address": socket(0)},
		"static_resources": m{
			"listeners": l{m{"name": "main", "address": socket(0), "filter_chains": l{m{"filters": l{m{
				"name": "hcm", "typed_config": hcm,
			}}}}}},
			"clusters": l{m{"name": "upstream", "load_assignment": m{"cluster_name": "upstream", "endpoints": l{m{
				"lb_endpoints": l{m{"endpoint": m{"address": socket(upstream.(*net.TCPAddr).Port)}}},
			}}}}},
		},
	}
	b, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestHelloOnEnvoy(t *testing.T) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Header.Get("hello"))
	}))
	defer upstream.Close()
	g := startEnvoy(t, buildWasm(t, "hello"), upstream.Listener.Addr())
	resp, err := http.Get("http://" + g.addr + "/get")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, _ := io.ReadAll(resp.Body); string(b) != "world" {
		t.Errorf("upstream got the header hello: %q, want world", b)
	}
}
