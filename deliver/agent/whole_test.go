package agent

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	cachetypes "github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestWhole: listeners and clusters come through the agent too, also with a plugin
// right inside a listener. An agent that has lost its memory doesn't take an Envoy's
// listeners away while the control plane is gone, and what is removed is removed
// when it is back.
func TestWhole(t *testing.T) {
	for _, api := range apis {
		t.Run(api, func(t *testing.T) {
			l := newLab(t)
			url, sum := l.probe("one")
			l.whole(1, l.listener("main", l.listen, url, sum), l.listener("second", l.admin, url, sum))
			l.agent()
			l.bare(api)
			l.serves("one", "x")
			eventually(t, "the second listener", func() bool { return listens(l.admin) })
			l.halt()
			l.plane.stop()
			if err := os.RemoveAll(filepath.Join(l.o.Prepare.Dir, "state")); err != nil {
				t.Fatal(err)
			}
			stop := l.load(1)
			l.agent()
			eventually(t, "Envoy is back", func() bool {
				n := 0
				l.saw(func(e Event) bool {
					if _, ok := e.(Connected); ok {
						n++
					}
					return false
				})
				return n == 2
			})
			l.serves("one", "x")
			url, sum = l.probe("two")
			l.whole(2, l.listener("main", l.listen, url, sum))
			l.plane.start()
			l.serves("two", "x")
			eventually(t, "the second listener is gone", func() bool { return !listens(l.admin) })
			if sent, failed := stop(); failed > 0 || sent == 0 {
				t.Errorf("%d of %d requests failed", failed, sent)
			}
		})
	}
}

func listens(port int) bool {
	l := lab{listen: port}
	status, _ := l.get()
	return status == 200
}

// listener has a plugin inside.
func (l *lab) listener(name string, port int, url, sum string) *listenerv3.Listener {
	l.t.Helper()
	var m listenerv3.Listener
	parse(l.t, fmt.Sprintf(`
name: %s
address: {socket_address: {address: 127.0.0.1, port_value: %d}}
filter_chains:
- filters:
  - name: http
    typed_config:
      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
      stat_prefix: main
      http_filters:
      - name: probe
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
          config:
            name: probe
            configuration: {"@type": type.googleapis.com/google.protobuf.StringValue, value: x}
            vm_config: {runtime: envoy.wasm.runtime.v8, code: {remote: {http_uri: {uri: %q, cluster: sluice-agent, timeout: 1s}, sha256: %s}}}
      - name: router
        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
      route_config:
        virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, direct_response: {status: 200, body: {inline_string: up}}}]}]
`, name, port, url, sum), &m)
	return &m
}

func parse(t *testing.T, text string, to interface {
	cachetypes.Resource
}) {
	t.Helper()
	asJSON, err := yaml.YAMLToJSON([]byte(text))
	if err == nil {
		err = protojson.Unmarshal(asJSON, to)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// whole has the control plane send listeners, and a cluster.
func (l *lab) whole(version int, listeners ...cachetypes.Resource) {
	l.t.Helper()
	s, err := cache.NewSnapshot(fmt.Sprint(version), map[resource.Type][]cachetypes.Resource{
		resource.ListenerType: listeners, resource.ClusterType: {&clusterv3.Cluster{Name: "any"}},
	})
	if err == nil {
		err = l.plane.cache.SetSnapshot(context.Background(), nodeID, s)
	}
	if err != nil {
		l.t.Fatal(err)
	}
}

// bare starts an Envoy that has everything from the agent, and no admin endpoint.
func (l *lab) bare(apiType string) {
	l.t.Helper()
	text := fmt.Sprintf(`
node: {id: %s, cluster: test}
dynamic_resources:
  ads_config: {api_type: %s, transport_api_version: V3, grpc_services: [{envoy_grpc: {cluster_name: agent}}]}
  cds_config: {ads: {}, resource_api_version: V3}
  lds_config: {ads: {}, resource_api_version: V3}
static_resources:
  clusters:
  - name: agent
    type: STATIC
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {http2_protocol_options: {}}
    load_assignment: {cluster_name: agent, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %s}}}}]}]}
`, nodeID, apiType, l.o.Listen[len("127.0.0.1:"):])
	file := filepath.Join(l.t.TempDir(), "envoy.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		l.t.Fatal(err)
	}
	l.envoy = harness.Start(l.t, exec.Command(harness.OneEnvoy(l.t).Path, "-c", file, "--concurrency", "2", "--log-level", "warning", "--use-dynamic-base-id"))
}
