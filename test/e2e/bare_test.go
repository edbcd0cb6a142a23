package e2e

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// bare is an Envoy with a configuration that `sluice` does not write: with
// settings that it never has, as other gateways' control planes do.
type bare struct {
	wasm     string
	env      map[string]string // of the VM
	config   string            // of the plugin
	stops    bool              // allow_on_headers_stop_iteration
	workers  int               // 0 means 1
	upstream string            // host:port
	upgrades []string          // upgrade types that the listener allows
	path     string            // asked for until it is ready, "" means /
}

type object = map[string]any

func typed(name string, fields object) object {
	fields["@type"] = "type.googleapis.com/envoy.extensions.filters." + name
	return fields
}

// start runs it and returns its URL once the plugin's filter answers.
func (b bare) start(t *testing.T) (url string, p *harness.Process) {
	t.Helper()
	port := harness.FreePort(t)
	config, err := json.Marshal(b.bootstrap(t, port))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "envoy.json")
	harness.WriteFile(t, path, string(config))
	p = harness.Start(t, exec.Command(harness.OneEnvoy(t).Path, "-c", path, "--concurrency", strconv.Itoa(max(b.workers, 1)),
		"-l", "warning", "--disable-hot-restart"))
	p.WaitHTTP(harness.URL(port, "/"+strings.TrimPrefix(b.path, "/")), 3*time.Minute, nil) // Envoy compiles the module
	return harness.URL(port, ""), p
}

func (b bare) bootstrap(t *testing.T, port int) object {
	host, upstreamPort, _ := strings.Cut(b.upstream, ":")
	n, err := strconv.Atoi(upstreamPort)
	if err != nil {
		t.Fatalf("upstream %q: %v", b.upstream, err)
	}
	address := func(host string, port int) object {
		return object{"socket_address": object{"address": host, "port_value": port}}
	}
	manager := typed("network.http_connection_manager.v3.HttpConnectionManager", object{
		"stat_prefix": "in", "delayed_close_timeout": "0.05s", "upgrade_configs": b.upgradeConfigs(),
		"route_config": object{"virtual_hosts": []object{{"name": "all", "domains": []string{"*"},
			"routes": []object{{"match": object{"prefix": "/"}, "route": object{"cluster": "upstream"}}}}}},
		"http_filters": []object{
			{"name": "plugin", "typed_config": typed("http.wasm.v3.Wasm", object{"config": b.plugin()})},
			{"name": "router", "typed_config": typed("http.router.v3.Router", object{})},
		},
	})
	return object{"static_resources": object{
		"listeners": []object{{"name": "main", "address": address("127.0.0.1", port), "filter_chains": []object{{
			"filters": []object{{"name": "http", "typed_config": manager}}}}}},
		"clusters": []object{{"name": "upstream", "connect_timeout": "1s", "load_assignment": object{"cluster_name": "upstream",
			"endpoints": []object{{"lb_endpoints": []object{{"endpoint": object{"address": address(host, n)}}}}}}}},
	}}
}

func (b bare) plugin() object {
	return object{
		"name": "plugin", "allow_on_headers_stop_iteration": b.stops,
		"configuration": object{"@type": "type.googleapis.com/google.protobuf.StringValue", "value": b.config},
		"vm_config": object{
			"runtime": "envoy.wasm.runtime.v8", "code": object{"local": object{"filename": b.wasm}},
			"environment_variables": object{"key_values": b.env},
		},
	}
}

func (b bare) upgradeConfigs() (list []object) {
	for _, name := range b.upgrades {
		list = append(list, object{"upgrade_type": name})
	}
	return list
}
