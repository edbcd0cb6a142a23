package agent

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/oci"
	"github.com/sluiceproxy/sluice/build/oci/registry"
	"github.com/sluiceproxy/sluice/build/oci/registry/registrytest"
	"github.com/sluiceproxy/sluice/build/oci/sign"
	"github.com/sluiceproxy/sluice/build/oci/store"
	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/deploy/xds/remote"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// lab is a control plane, a registry, an agent and an Envoy.
type lab struct {
	t      *testing.T
	plane  *plane
	images *httptest.Server
	o      Options
	listen int // Envoy's port for clients
	admin  int
	envoy  *harness.Process
	second string // a further plugin
	halt   func() // ends the agent

	mu     sync.Mutex
	events []Event
}

func newLab(t *testing.T) *lab {
	t.Helper()
	ports := harness.FreePorts(t, 3)
	l := &lab{t: t, plane: newPlane(t), images: httptest.NewServer(registrytest.New()), listen: ports[0], admin: ports[1]}
	t.Cleanup(l.images.Close)
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	l.o = Options{
		Server: l.plane.address, Listen: harness.Addr(ports[2]),
		Prepare: prepare.Options{
			Dir: filepath.Join(dir, "modules"), Store: store.New(filepath.Join(dir, "store")), Target: build.Envoy,
			OCI: oci.Options{Registry: registry.Options{PlainHTTP: true, Attempts: 1}}, Timeout: 5 * time.Second,
		},
		Retry: 50 * time.Millisecond, MaxRetry: 300 * time.Millisecond, Reconnect: 20 * time.Millisecond, MaxReconnect: 200 * time.Millisecond,
		OnEvent: func(e Event) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.events = append(l.events, e)
		},
	}
	t.Cleanup(func() {
		if t.Failed() {
			l.mu.Lock()
			defer l.mu.Unlock()
			for _, e := range l.events {
				t.Logf("%s %+v", e.kind(), e)
			}
		}
	})
	return l
}

// agent starts the agent.
func (l *lab) agent() {
	l.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	o := l.o
	go func() { done <- Run(ctx, o) }()
	var once sync.Once
	l.halt = func() {
		once.Do(func() {
			cancel()
			select {
			case err := <-done:
				if err != nil {
					l.t.Errorf("the agent: %v", err)
				}
			case <-time.After(20 * time.Second):
				l.t.Error("the agent doesn't end")
			}
		})
	}
	l.t.Cleanup(l.halt)
}

// run starts an Envoy with one plugin from the agent, whose clients get 200 "up" from
// the route itself.
func (l *lab) run(apiType string) {
	l.t.Helper()
	host, port, _ := strings.Cut(l.o.Listen, ":")
	address := fmt.Sprintf("socket_address: {address: %s, port_value: %s}", host, port)
	if host == "unix" {
		address = fmt.Sprintf("pipe: {path: %q}", port)
	}
	filters := filterConfig("probe")
	if l.second != "" {
		filters += filterConfig(l.second)
	}
	config := fmt.Sprintf(`
node: {id: %[1]s, cluster: test}
admin: {address: {socket_address: {address: 127.0.0.1, port_value: %[2]d}}}
dynamic_resources:
  ads_config: {api_type: %[6]s, transport_api_version: V3, grpc_services: [{envoy_grpc: {cluster_name: agent}}]}
static_resources:
  clusters:
  - name: agent
    type: STATIC
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {http2_protocol_options: {}}
    load_assignment: {cluster_name: agent, endpoints: [{lb_endpoints: [{endpoint: {address: {%[4]s}}}]}]}
  listeners:
  - name: main
    address: {socket_address: {address: 127.0.0.1, port_value: %[3]d}}
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: main
          http_filters:
%[5]s          - name: router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
          route_config:
            virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: up}}}]}]
`, nodeID, l.admin, l.listen, address, filters, apiType)
	file := filepath.Join(l.t.TempDir(), "envoy.yaml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		l.t.Fatal(err)
	}
	l.envoy = harness.Start(l.t, exec.Command(harness.OneEnvoy(l.t).Path, "-c", file, "--concurrency", "2", "--log-level", "warning", "--use-dynamic-base-id"))
}

func filterConfig(name string) string {
	return fmt.Sprintf(`          - name: %s
            config_discovery:
              config_source: {ads: {}, initial_fetch_timeout: 0s, resource_api_version: V3}
              type_urls: [%s, %s]
`, name, remote.WasmType, remote.RBACType)
}

// saw reports whether the agent has told of an event.
func (l *lab) saw(is func(Event) bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.events, is)
}

// accepts waits until the agent knows that Envoy has accepted a plugin: clients may
// be served before.
func (l *lab) accepts() {
	l.t.Helper()
	eventually(l.t, "Envoy accepts", func() bool {
		return l.saw(func(e Event) bool { a, ok := e.(Accepted); return ok && !a.StandIn })
	})
}

// serves waits until clients see a version with a configuration.
func (l *lab) serves(code, config string) {
	l.t.Helper()
	eventually(l.t, fmt.Sprintf("code %q with config %q is served; refused: %s", code, config, l.plane.refusals()), func() bool {
		status, h := l.get()
		return status == 200 && slices.Contains(h.Values("x-code"), code) && slices.Contains(h.Values("x-config"), config)
	})
}

// status waits for a status.
func (l *lab) status(want int) {
	l.t.Helper()
	eventually(l.t, fmt.Sprintf("status %d", want), func() bool {
		status, _ := l.get()
		return status == want
	})
}

func (l *lab) get() (int, http.Header) {
	c := http.Client{Timeout: 5 * time.Second}
	r, err := c.Get(harness.URL(l.listen, "/"))
	if err != nil {
		return 0, nil
	}
	defer r.Body.Close()
	_, _ = io.Copy(io.Discard, r.Body)
	return r.StatusCode, r.Header
}

// load sends requests until the returned function is called, which says how many
// there were and how many failed.
func (l *lab) load(clients int) (stop func() (sent, failed int64)) {
	var n, bad atomic.Int64
	quit := make(chan struct{})
	var group sync.WaitGroup
	for range clients {
		group.Add(1)
		go func() {
			defer group.Done()
			c := http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}
			for {
				select {
				case <-quit:
					return
				default:
				}
				n.Add(1)
				r, err := c.Get(harness.URL(l.listen, "/"))
				if err != nil {
					bad.Add(1)
					continue
				}
				_, _ = io.Copy(io.Discard, r.Body)
				_ = r.Body.Close()
				if r.StatusCode != 200 || r.Header.Get("x-code") == "" {
					bad.Add(1)
				}
			}
		}()
	}
	return func() (int64, int64) {
		close(quit)
		group.Wait()
		return n.Load(), bad.Load()
	}
}

// image pushes a module that marks answers, and returns what a reference says of it.
func (l *lab) image(tag string, code []byte, key *sign.PrivateKey) (url, sum string) {
	l.t.Helper()
	ctx := context.Background()
	file := filepath.Join(l.t.TempDir(), "plugin.wasm")
	if err := os.WriteFile(file, code, 0o600); err != nil {
		l.t.Fatal(err)
	}
	host := strings.TrimPrefix(l.images.URL, "http://")
	place, err := oci.ParsePlace(host + "/probe:" + tag)
	if err != nil {
		l.t.Fatal(err)
	}
	o := oci.Options{Registry: registry.Options{PlainHTTP: true}}
	pushed, err := oci.Push(ctx, file, place, nil, oci.PackageOptions{}, o)
	if err != nil {
		l.t.Fatal(err)
	}
	if key != nil {
		if _, err := oci.Sign(ctx, place, oci.SignOptions{Key: key}, o); err != nil {
			l.t.Fatal(err)
		}
	}
	return "oci://" + host + "/probe@" + pushed.Manifest, pushed.SHA256
}

func (l *lab) probe(mark string) (url, sum string) {
	l.t.Helper()
	return l.image(mark, envoytest.Probe(mark), nil)
}

// padded is a probe that is larger, for a registry that is slow.
func padded(mark string, n int) []byte {
	code := envoytest.Probe(mark)
	section := append([]byte{4, 'p', 'a', 'd', 's'}, bytes.Repeat([]byte{1}, n)...)
	size := len(section)
	code = append(code, 0)
	for size >= 0x80 {
		code = append(code, byte(size)|0x80)
		size >>= 7
	}
	return append(append(code, byte(size)), section...)
}

// registerElsewhere puts the module into the repository "elsewhere", where nothing
// was before.
func (l *lab) registerElsewhere(mark string) {
	l.t.Helper()
	ctx := context.Background()
	host := strings.TrimPrefix(l.images.URL, "http://")
	o := oci.Options{Registry: registry.Options{PlainHTTP: true}}
	from, err := oci.ParsePlace(host + "/probe:" + mark)
	if err != nil {
		l.t.Fatal(err)
	}
	to, err := oci.ParsePlace(host + "/elsewhere:" + mark)
	if err != nil {
		l.t.Fatal(err)
	}
	if _, err := oci.Copy(ctx, from, to, nil, o); err != nil {
		l.t.Fatal(err)
	}
}
