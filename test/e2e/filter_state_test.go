package e2e

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// stateBootstrap is an Envoy whose own filter leaves a guest's name before the
// demo plugin. Its verbs are the port, the module, and the upstream's address.
const stateBootstrap = `
static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: %d}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: state
          route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: up}}]}]}
          http_filters:
          - name: envoy.filters.http.set_filter_state
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.set_filter_state.v3.Config
              on_request_headers:
              - object_key: guest_name
                factory_key: envoy.string
                format_string: {text_format_source: {inline_string: "%%REQ(x-guest)%%"}}
          - name: demo
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
              config:
                name: demo
                vm_config: {runtime: envoy.wasm.runtime.v8, code: {local: {filename: %q}}}
                configuration: {"@type": type.googleapis.com/google.protobuf.StringValue, value: '{"hostName":"Tom"}'}
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
  - name: up
    type: STATIC
    load_assignment: {cluster_name: up, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %s}}}}]}]}
`

// TestFilterStateOfEnvoy: what a filter of Envoy itself leaves, the plugin reads.
func TestFilterStateOfEnvoy(t *testing.T) {
	envoy := harness.OneEnvoy(t)
	s := embedded().run(t, harness.BuildPlugin(t, "plugins/hello-world"), "--no-watch") // for its httpbin
	_, httpbin, err := net.SplitHostPort(harness.Addr(s.httpbin))
	if err != nil {
		t.Fatal(err)
	}
	port := harness.FreePort(t)
	path := filepath.Join(t.TempDir(), "envoy.yaml")
	harness.WriteFile(t, path, fmt.Sprintf(stateBootstrap, port, harness.BuildPlugin(t, "plugins/demo"), httpbin))
	cmd := exec.Command(envoy.Path, "-c", path, "--concurrency", "1", "--use-dynamic-base-id", "--log-level", "warning")
	cmd.Env = os.Environ()
	p := harness.Start(t, cmd)
	p.WaitHTTP(harness.URL(port, "/get"), 60*time.Second, nil)
	req := newRequest(t, harness.URL(port, "/get"))
	req.Header.Set("x-guest", "Jack")
	if got := harness.ParseEcho(t, harness.Do(t, req)).Header("Tom"); got != "hello, Jack" {
		t.Errorf("upstream got %q", got)
	}
}

func newRequest(t *testing.T, url string) *http.Request {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}
