package call_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// lockedLog can be read while it is written to.
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

// envoy is an Envoy process.
type envoy struct {
	t       testing.TB
	address string
	admin   string
	pid     int
	log     *lockedLog
	done    chan error
	b       backends
}

func startEnvoy(t testing.TB, wasm string, b backends) engine {
	t.Helper()
	binary := harness.OneEnvoy(t).Path
	dir := t.TempDir()
	config := filepath.Join(dir, "envoy.json")
	if err := os.WriteFile(config, envoyConfig(t, wasm, b), 0o600); err != nil {
		t.Fatal(err)
	}
	e := &envoy{t: t, log: &lockedLog{}, done: make(chan error, 1), b: b}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, binary, "-c", config, "--concurrency", "1", "-l", "warning",
		"--disable-hot-restart", "--admin-address-path", filepath.Join(dir, "admin"))
	cmd.Stdout, cmd.Stderr = e.log, e.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	e.pid = cmd.Process.Pid
	go func() { e.done <- cmd.Wait() }()
	t.Cleanup(func() {
		cancel()
		<-e.done
		if t.Failed() {
			t.Logf("envoy's log:\n%s", e.log)
		}
	})
	e.await(filepath.Join(dir, "admin"))
	return e
}

// await returns once Envoy listens.
func (e *envoy) await(adminFile string) {
	e.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		select {
		case err := <-e.done:
			e.done <- err
			e.t.Fatalf("envoy ended: %v\n%s", err, e.log)
		default:
		}
		admin, err := os.ReadFile(adminFile)
		if err != nil {
			continue
		}
		e.admin = "http://" + strings.TrimSpace(string(admin))
		if name, address, ok := strings.Cut(e.ask("/listeners"), "::"); ok && name == "main" {
			e.address = strings.TrimSpace(address)
			return
		}
	}
	e.t.Fatal("envoy did not begin to listen within 60 s")
}

// ask reads a page of the admin endpoint, "" where it can't.
func (e *envoy) ask(path string) string {
	resp, err := http.Get(e.admin + path)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	return string(b)
}

func (e *envoy) url() string  { return "http://" + e.address }
func (e *envoy) logs() string { return e.log.String() }

func (e *envoy) back() backends { return e.b }

func (e *envoy) metric(name string) int {
	for _, line := range strings.Split(e.ask("/stats?filter=straight_"+name), "\n") {
		if key, value, ok := strings.Cut(line, ": "); ok && strings.HasSuffix(key, ".straight_"+name) {
			n, _ := strconv.Atoi(value)
			return n
		}
	}
	return 0
}

// memory reads the resident set from proc, where there is one.
func (e *envoy) memory() int {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", e.pid))
	fields := strings.Fields(string(b))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.Atoi(fields[1])
	return pages * os.Getpagesize()
}

func envoyConfig(t testing.TB, wasm string, b backends) []byte {
	t.Helper()
	type m = map[string]any
	type l = []any
	socket := func(address string) m {
		host, port, _ := strings.Cut(strings.TrimPrefix(address, "http://"), ":")
		n, _ := strconv.Atoi(port)
		return m{"socket_address": m{"address": host, "port_value": n}}
	}
	plugin := m{
		"name": "straight",
		"typed_config": m{
			"@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
			"config": m{
				"name": "straight", "allow_on_headers_stop_iteration": true,
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
	many := m{"max_connections": 20000, "max_pending_requests": 20000, "max_requests": 20000}
	cluster := func(name string, addresses ...string) m {
		endpoints := l{}
		for _, a := range addresses {
			endpoints = append(endpoints, m{"endpoint": m{"address": socket(a)}})
		}
		return m{"name": name, "circuit_breakers": m{"thresholds": l{many}},
			"load_assignment": m{"cluster_name": name, "endpoints": l{m{"lb_endpoints": endpoints}}}}
	}
	hold := cluster("hold", b.held.URL)
	hold["typed_extension_protocol_options"] = m{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": m{
		"@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
		// Below what Go's server allows, so that no stream is refused.
		"explicit_http_config": m{"http2_protocol_options": m{"max_concurrent_streams": 100}},
	}}
	config := m{
		"admin": m{"address": socket("127.0.0.1:0")},
		"static_resources": m{
			"listeners": l{m{"name": "main", "address": socket("127.0.0.1:0"), "filter_chains": l{m{"filters": l{m{
				"name": "hcm", "typed_config": hcm,
			}}}}}},
			"clusters": l{cluster("upstream", b.upstream.URL), cluster("service", b.service.URL), hold,
				cluster("dead", closedAddress(t)), cluster("empty")},
		},
	}
	out, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
