package serve

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"

	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestCapabilities: each Envoy takes the names of host functions, WASI functions
// and callbacks as they are derived from a module; a plugin with all of its own
// works, and what is left out of them, and only that, is missing to it.
func TestCapabilities(t *testing.T) {
	code := harness.BuildPlugin(t, "test/e2e/serve/testdata/stampgo")
	all := capabilitiesOf(t, code)
	for _, name := range []string{"proxy_log", "proxy_add_header_map_value", "fd_write", "clock_time_get", "proxy_on_response_headers", "proxy_on_configure"} {
		if !slices.Contains(all, name) {
			t.Fatalf("%q is not among %q", name, all)
		}
	}
	envoys := []harness.Envoy{harness.OneEnvoy(t)}
	if harness.Strict() {
		envoys = harness.Envoys(t)
	}
	for _, e := range envoys {
		t.Run(e.String(), func(t *testing.T) {
			for _, c := range []struct{ without, code, config string }{
				{"", "VERSION-0000", `{"v":"1"}`},
				{"proxy_add_header_map_value", "", ""},
				{"proxy_on_response_headers", "", ""},
				{"proxy_log", "VERSION-0000", `{"v":"1"}`},
			} {
				t.Run("without "+c.without, func(t *testing.T) {
					some := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return name == c.without })
					h := withCapabilities(t, e, code, some)
					if h.Get("X-Code") != c.code || h.Get("X-Config") != c.config {
						t.Errorf("got %v", h)
					}
				})
			}
		})
	}
}

// capabilitiesOf is what the control plane derives.
func capabilitiesOf(t *testing.T, code string) []string {
	t.Helper()
	m := module(t, code)
	return m.Capabilities()
}

// withCapabilities is what an Envoy answers that has a plugin with some of them.
func withCapabilities(t *testing.T, e harness.Envoy, code string, capabilities []string) http.Header {
	t.Helper()
	l := newLab(t)
	r, err := xds.Plugin{Name: "istio-system.stamp", Code: xds.LocalFile(code), Config: []byte(`{"v":"1"}`), Capabilities: capabilities}.Resource()
	if err != nil {
		t.Fatal(err)
	}
	body, err := protojson.Marshal(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(l.root, "ecds.json")
	l.write(file, fmt.Sprintf(`{"version_info": "1", "resources": [%s]}`, body))
	static := l.gatewayText(discovered("path_config_source: {path: " + file + "}"))
	l.gateway = ""
	l.startEnvoy(e, fmt.Sprintf("node: {id: gw-0, cluster: gw}\nadmin: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}\n", l.envoyAdm)+static)
	got := l.envoy.WaitHTTP(l.url("/"), patience+time.Minute, func(r harness.Reply) bool { return r.Status == http.StatusOK })
	return got.Header
}
