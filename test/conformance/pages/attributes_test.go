package pages

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// accessLogConfig is an Envoy with a plugin and an access log: its port, the
// log's file, the module's file and the upstream's port.
const accessLogConfig = `
static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: %d}}
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: in
          access_log:
          - name: file
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
              path: %s
              log_format: {text_format_source: {inline_string: "custom %%FILTER_STATE(wasm.custom_log:PLAIN)%% trace %%FILTER_STATE(wasm.trace_span_tag.result:PLAIN)%%\n"}}
          route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: up}}]}]}
          http_filters:
          - name: plugin
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
              config:
                name: demo
                configuration: {"@type": type.googleapis.com/google.protobuf.StringValue, value: "{}"}
                vm_config: {runtime: envoy.wasm.runtime.v8, code: {local: {filename: %s}}}
          - name: router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
  - name: up
    load_assignment:
      cluster_name: up
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}]}]
`

// The attributes of docs/observability.md are in Envoy's access log.
func TestAttributesInAccessLog(t *testing.T) {
	up := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(up.Close)
	port, dir := harness.FreePort(t), t.TempDir()
	accessLog, file := filepath.Join(dir, "access"), filepath.Join(dir, "envoy.yaml")
	config := fmt.Sprintf(accessLogConfig, port, accessLog, harness.BuildPlugin(t, programs+"observability"), up.Listener.Addr().(*net.TCPAddr).Port)
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	p := harness.Start(t, exec.Command(harness.OneEnvoy(t).Path, "-c", file, "--concurrency", "1", "-l", "warning", "--use-dynamic-base-id"))
	p.WaitHTTP(harness.URL(port, "/"), time.Minute, nil)
	p.Stop() // writes the log
	log, err := os.ReadFile(accessLog)
	if want := `custom {\"result\":\"allowed\"} trace allowed`; err != nil || !strings.Contains(string(log), want) {
		t.Errorf("access log %q, %v; want %s", log, err, want)
	}
}
