package chain

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// Namespace is where everything of the chain lies: Istio's root namespace.
const Namespace = "istio-system"

// modules is where Istio's agent keeps what it pulled. It can't be told another
// place.
const modules = "/var/lib/istio/data"

// Gateway is Istio's proxy agent with an Envoy, as an ingress gateway.
type Gateway struct {
	*harness.Process
	// Port is where it serves, once it has Routes.
	Port int
	// Envoy is the one that the agent runs.
	Envoy harness.Envoy

	t           testing.TB
	dir         string
	admin, info int
}

// StartGateway starts an agent, which starts Envoy, which connects to a control
// plane. env is added to the agent's environment.
func StartGateway(t testing.TB, control Control, env ...string) *Gateway {
	t.Helper()
	if err := os.MkdirAll(modules, 0o755); err != nil {
		harness.Missing(t, modules, "Istio's agent keeps modules there and nowhere else: make it writable, or run the test as root")
	}
	g := &Gateway{t: t, Envoy: harness.OneEnvoy(t), dir: t.TempDir()}
	ports := harness.FreePorts(t, 5)
	g.Port, g.admin, g.info = ports[0], ports[1], ports[2]
	cmd := exec.Command(Tool(t, Agent), "proxy", "router", "--domain", Namespace+".svc.cluster.local",
		"--proxyLogLevel=warning", "--log_output_level=default:info,wasm:debug")
	cmd.Dir = g.dir // it writes ./var and ./etc
	cmd.Env = append(os.Environ(), g.environment(control, ports[3], ports[4])...)
	cmd.Env = append(cmd.Env, env...)
	g.Process = harness.Start(t, cmd)
	if err := control.Apply(g.server()); err != nil {
		t.Fatal(err)
	}
	g.WaitHTTP(harness.URL(g.admin, "/ready"), time.Minute, nil)
	return g
}

// environment is what an injected pod would have.
func (g *Gateway) environment(control Control, status, prometheus int) []string {
	config, err := json.Marshal(map[string]any{
		"discoveryAddress": control.XDS(), "controlPlaneAuthPolicy": "NONE",
		"binaryPath": g.Envoy.Path, "configPath": filepath.Join(g.dir, "proxy"),
		"proxyAdminPort": g.admin, "statusPort": g.info, "concurrency": 2,
		"drainDuration": "2s", "terminationDrainDuration": "1s",
		// Without it Istio's Envoy has no such counters.
		"proxyStatsMatcher": map[string]any{"inclusionRegexps": []string{".*extension_config_discovery.*"}},
	})
	if err != nil {
		g.t.Fatal(err)
	}
	bootstrap := filepath.Join(Source(g.t, "istio.io/istio"), "tools", "packaging", "common", "envoy_bootstrap.json")
	return []string{
		"POD_NAME=gateway-0", "POD_NAMESPACE=" + Namespace, "INSTANCE_IP=127.0.0.1", "SERVICE_ACCOUNT=gateway",
		"TRUST_DOMAIN=cluster.local", "ISTIO_META_CLUSTER_ID=Kubernetes", "ISTIO_META_DNS_CAPTURE=false",
		`ISTIO_METAJSON_LABELS={"istio":"ingressgateway","app":"gateway"}`,
		"ENVOY_STATUS_PORT=" + strconv.Itoa(status), "ENVOY_PROMETHEUS_PORT=" + strconv.Itoa(prometheus),
		"ISTIO_BOOTSTRAP=" + bootstrap, "PROXY_CONFIG=" + string(config),
		"JWT_POLICY=none", "CREDENTIAL_FETCHER_TYPE=Mock", "FILE_MOUNTED_CERTS=true",
	}
}

// server is the listener of the gateway.
func (g *Gateway) server() string {
	return Resource("networking.istio.io/v1", "Gateway", Namespace, "gateway", map[string]any{
		"selector": map[string]any{"istio": "ingressgateway"},
		"servers": []any{map[string]any{
			"port": map[string]any{"number": g.Port, "name": "http", "protocol": "HTTP"}, "hosts": []string{"*"}, "bind": "127.0.0.1",
		}},
	})
}

// Routes returns the resources that send everything to an upstream at a port of
// 127.0.0.1. The routes have the names that an ingress of document 002 gives
// them: default/foo, default/bar, and one for the rest.
func (g *Gateway) Routes(upstream int) string {
	to := []any{map[string]any{"destination": map[string]any{"host": "upstream.example", "port": map[string]any{"number": upstream}}}}
	route := func(name, prefix string) any {
		return map[string]any{"name": name, "match": []any{map[string]any{"uri": map[string]any{"prefix": prefix}}}, "route": to}
	}
	return Resource("networking.istio.io/v1", "ServiceEntry", Namespace, "upstream", map[string]any{
		"hosts": []string{"upstream.example"}, "location": "MESH_EXTERNAL", "resolution": "STATIC",
		"ports":     []any{map[string]any{"number": upstream, "name": "http", "protocol": "HTTP"}},
		"endpoints": []any{map[string]any{"address": "127.0.0.1"}},
	}) + Resource("networking.istio.io/v1", "VirtualService", Namespace, "routes", map[string]any{
		"hosts": []string{"*"}, "gateways": []string{"gateway"},
		"http": []any{route("default/foo", "/foo"), route("default/bar", "/bar"), route("default/rest", "/")},
	})
}

// URL is that of a path on the gateway.
func (g *Gateway) URL(path string) string { return harness.URL(g.Port, path) }

// Stats returns Envoy's counters and gauges whose names contain part.
func (g *Gateway) Stats(part string) map[string]int {
	g.t.Helper()
	reply := harness.Get(g.t, harness.URL(g.admin, "/stats?filter="+part))
	stats := map[string]int{}
	for line := range strings.Lines(string(reply.Body)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if n, err := strconv.Atoi(value); err == nil {
			stats[name] = n
		}
	}
	return stats
}

// AdminURL is that of Envoy's admin endpoint.
func (g *Gateway) AdminURL() string { return harness.URL(g.admin, "") }

// Admin returns an answer of Envoy's admin endpoint.
func (g *Gateway) Admin(path string) harness.Reply {
	g.t.Helper()
	return harness.Get(g.t, harness.URL(g.admin, path))
}

// Metrics returns the agent's own metrics and Envoy's, in Prometheus' form.
func (g *Gateway) Metrics() string {
	g.t.Helper()
	reply := harness.Get(g.t, harness.URL(g.info, "/stats/prometheus"))
	if reply.Status != http.StatusOK {
		g.t.Fatalf("the agent's metrics: %s", reply)
	}
	return string(reply.Body)
}

// Forget removes at the test's end what the agent kept of an image, which is
// named without tag and digest, as oci://HOST/NAME: it never does by itself.
func (g *Gateway) Forget(image string) {
	g.t.Cleanup(func() { os.RemoveAll(filepath.Join(modules, fmt.Sprintf("%x", sha256.Sum256([]byte(image))))) })
}
