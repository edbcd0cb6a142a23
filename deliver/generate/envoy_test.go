package generate

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/deploy/envoy/envoytest"
	"github.com/sluiceproxy/sluice/deploy/gen"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// serve answers every request with text, and returns the address as a URL.
func serve(t *testing.T, text string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, text) }))
	t.Cleanup(s.Close)
	return s.URL
}

// generate runs and gives the directory.
func generate(t *testing.T, o Options) string {
	t.Helper()
	if o.Out == "" {
		o.Out = t.TempDir()
	}
	if _, err := Run(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	return o.Out
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// valid has every Envoy take a configuration.
func valid(t *testing.T, file string) {
	t.Helper()
	for _, e := range harness.Envoys(t) {
		out, err := exec.Command(e.Path, "--mode", "validate", "--log-level", "error", "-c", file).CombinedOutput() //nolint:gosec // the test's Envoy
		if err != nil {
			t.Errorf("%s: %v\n%s\n%s", e, err, out, read(t, file))
		}
	}
}

// start runs an Envoy on a configuration and returns when it answers.
func start(t *testing.T, file string, port int) *harness.Process {
	t.Helper()
	e := harness.OneEnvoy(t)
	p := harness.Start(t, exec.Command(e.Path, "-c", file, "--disable-hot-restart", "--concurrency", "1", "--log-level", "warning")) //nolint:gosec // the test's Envoy
	p.WaitHTTP(harness.URL(port, "/"), 2*time.Minute, func(r harness.Reply) bool { return r.Status == 200 })
	return p
}

// header asks until a response header has a value.
func header(t *testing.T, p *harness.Process, port int, path, name, want string) {
	t.Helper()
	p.WaitHTTP(harness.URL(port, path), time.Minute, func(r harness.Reply) bool { return r.Header.Get(name) == want })
}

// chain is two plugins whose order a client sees: their headers are appended.
func chain(t *testing.T) string {
	t.Helper()
	return put(t, map[string]string{
		"a.wasm": string(envoytest.Probe("inner")), "b.wasm": string(envoytest.Probe("outer")),
		"a.yaml": "{a: 1}", "b.yaml": "{b: [x, 1.50]}",
	})
}

// TestEnvoyServes: envoy.yaml is valid on every Envoy, and serves with the plugins
// that it names, in their order, with the capabilities that they need.
func TestEnvoyServes(t *testing.T) {
	port := harness.FreePort(t)
	dir := generate(t, Options{What: Envoy, Args: []string{chain(t)}, Restrict: true, Gateway: gen.Gateway{
		Listen: harness.Addr(port), Admin: "127.0.0.1:0", Upstream: serve(t, "hello"),
		Routes:   []envoy.Route{{Name: "named", Prefix: "/named", Cluster: "second"}},
		Clusters: []envoy.Cluster{{Name: "second", Address: serve(t, "second")}},
	}})
	file := filepath.Join(dir, "envoy.yaml")
	valid(t, file)
	start(t, file, port)
	r := harness.Get(t, harness.URL(port, "/"))
	if string(r.Body) != "hello" || strings.Join(r.Header.Values("x-code"), " ") != "outer inner" ||
		strings.Join(r.Header.Values("x-config"), " ") != `{"b":["x",1.50]} {"a":1}` {
		t.Errorf("got %s with %v", r, r.Header)
	}
	if r := harness.Get(t, harness.URL(port, "/named/x")); string(r.Body) != "second" {
		t.Errorf("the route gives %s", r)
	}
}

// own is an Envoy of somebody's own with filters that were generated.
func own(t *testing.T, dir, upstream string, port int, more string) string {
	t.Helper()
	filters := read(t, filepath.Join(dir, "http_filters.yaml"))
	host, p, _ := strings.Cut(strings.TrimPrefix(upstream, "http://"), ":")
	text := fmt.Sprintf(`node: {id: own, cluster: own}
%s
static_resources:
  clusters:
  - {name: up, type: STATIC, load_assignment: {cluster_name: up, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: %s, port_value: %s}}}}]}]}}
  - {name: control, type: STATIC, typed_extension_protocol_options: {envoy.extensions.upstreams.http.v3.HttpProtocolOptions: {"@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions, explicit_http_config: {http2_protocol_options: {}}}},
     load_assignment: {cluster_name: control, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: 1}}}}]}]}}
  listeners:
  - name: main
    address: {socket_address: {address: 127.0.0.1, port_value: %d}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: main
          route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: up}}]}]}
          http_filters:
%s
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
`, more, host, p, port, indent(filters, "          "))
	file := filepath.Join(t.TempDir(), "own.yaml")
	harness.WriteFile(t, file, text)
	return file
}

func indent(text, by string) string {
	return by + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n"+by)
}

// TestECDSServes: an Envoy of one's own serves with the filters, and takes a new
// module and configuration when the files are made anew, without a restart.
func TestECDSServes(t *testing.T) {
	plugins := put(t, map[string]string{"demo.wasm": string(envoytest.Probe("first")), "demo.yaml": "{num: 1}"})
	out, port := t.TempDir(), harness.FreePort(t)
	o := Options{What: ECDS, Args: []string{filepath.Join(plugins, "demo.wasm")}, Out: out}
	generate(t, o)
	file := own(t, out, serve(t, "hello"), port, "")
	valid(t, file)
	p := start(t, file, port)
	header(t, p, port, "/", "x-code", "first")
	harness.WriteFile(t, filepath.Join(plugins, "demo.yaml"), "{num: 2}")
	generate(t, o)
	header(t, p, port, "/", "x-config", `{"num":2}`)
	harness.WriteFile(t, filepath.Join(plugins, "demo.wasm"), string(envoytest.Probe("second")))
	generate(t, o)
	header(t, p, port, "/", "x-code", "second")
}

// TestECDSSources: the filters for control planes are valid on every Envoy.
func TestECDSSources(t *testing.T) {
	for source, more := range map[gen.Source]string{
		gen.FromADS:  "dynamic_resources: {ads_config: {api_type: GRPC, transport_api_version: V3, grpc_services: [{envoy_grpc: {cluster_name: control}}]}}",
		gen.FromGRPC: "",
	} {
		dir := generate(t, Options{What: ECDS, Args: []string{chain(t)}, Discovery: gen.Discovery{Source: source, Cluster: "control"}})
		valid(t, own(t, dir, "http://127.0.0.1:1", 10000, more))
	}
}

// TestComposeValid: docker-compose.yaml is what the compose specification wants,
// and envoy.yaml, with the container's directory put here, valid on every Envoy.
func TestComposeValid(t *testing.T) {
	dir := generate(t, Options{What: Compose, Args: []string{chain(t)}, Restrict: true})
	file := filepath.Join(dir, "envoy.yaml")
	text := read(t, file)
	if strings.Count(text, gen.Modules+"/") != 2 {
		t.Fatalf("%s is not there twice:\n%s", gen.Modules, text)
	}
	harness.WriteFile(t, file, strings.ReplaceAll(text, gen.Modules, filepath.Join(dir, "plugins")))
	valid(t, file)

	program := filepath.Join(t.TempDir(), "load")
	cmd := exec.Command("go", "build", "-o", program, ".")
	cmd.Dir = filepath.Join(harness.Root(t), "test", "e2e", "compose", "testdata", "load")
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(program, filepath.Join(dir, "docker-compose.yaml")).CombinedOutput() //nolint:gosec // built above
	for _, want := range []string{`"image":"docker.io/envoyproxy/envoy:v1.40-latest"`, `"host_ip":"127.0.0.1"`, `"target":"/etc/envoy/plugins"`, `"httpbin"`} {
		if err != nil || !strings.Contains(strings.ReplaceAll(string(out), `": "`, `":"`), want) {
			t.Errorf("%v: no %s in\n%s", err, want, out)
		}
	}
}

// demo is the resource of "Higress actual combat": a global configuration and
// three rules, for a plugin in a file.
const demo = `apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: {name: mock-response, namespace: higress-system}
spec:
  url: file://%s
  defaultConfig: {content: hello higress}
  matchRules:
  - ingress: [default/foo]
    config: {content: hello foo}
  - ingress: [default/bar]
    config: {content: hello bar}
  - domain: [www.example.com]
    config: {content: hello world}
`

// TestFourAnswers: the resource gives the answers that its document promises, as
// it is and after it became Istio's.
func TestFourAnswers(t *testing.T) {
	harness.OneEnvoy(t) // before the plugin is built for nothing
	higress := filepath.Join(t.TempDir(), "wp.yaml")
	harness.WriteFile(t, higress, fmt.Sprintf(demo, harness.BuildPlugin(t, "plugins/mock-response")))
	istio := filepath.Join(t.TempDir(), "istio.yaml")
	generate(t, Options{What: WasmPlugin, Args: []string{higress}, For: wasmplugin.Istio, Out: istio})
	for _, file := range []string{higress, istio} {
		port := harness.FreePort(t)
		dir := generate(t, Options{What: Envoy, Args: []string{file}, Restrict: true, Gateway: gen.Gateway{
			Listen: harness.Addr(port), Upstream: serve(t, "upstream"),
			Routes: []envoy.Route{{Name: "default/foo", Prefix: "/foo", Cluster: "upstream"}, {Name: "default/bar", Prefix: "/bar", Cluster: "upstream"}},
		}})
		p := start(t, filepath.Join(dir, "envoy.yaml"), port)
		for _, c := range []struct{ path, host, want string }{
			{"/foo", "www.abc.com", "hello foo"}, {"/bar", "www.abc.com", "hello bar"},
			{"/", "www.example.com", "hello world"}, {"/", "www.abc.com", "hello higress"},
		} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, harness.URL(port, c.path), nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = c.host
			if r := harness.Do(t, req); r.Status != 200 || string(r.Body) != c.want {
				t.Errorf("%s: %s of %s: got %s, want %q", filepath.Base(file), c.path, c.host, r, c.want)
			}
		}
		p.Stop()
	}
}
