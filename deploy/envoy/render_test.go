package envoy

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// same compares two values as JSON.
func same(t *testing.T, what string, got any, want string) {
	t.Helper()
	b, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var g, w any
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("%s: the expectation is not JSON: %v", what, err)
	}
	if !reflect.DeepEqual(g, w) {
		pretty, _ := json.MarshalIndent(g, "", "  ")
		t.Errorf("%s: got %s", what, pretty)
	}
}

func TestBootstrap(t *testing.T) {
	b, err := bootstrap(Options{Admin: "127.0.0.1:9901"}.withDefaults(), "/run/x")
	if err != nil {
		t.Fatal(err)
	}
	var root obj
	if err := json.Unmarshal(b, &root); err != nil {
		t.Fatal(err)
	}
	delete(root, "stats_config")
	same(t, "bootstrap", root, `{
		"node": {"id": "sluice", "cluster": "sluice"},
		"admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": 9901}}},
		"bootstrap_extensions": [{"name": "envoy.bootstrap.internal_listener", "typed_config": {
			"@type": "type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener"}}],
		"dynamic_resources": {
			"cds_config": {"path_config_source": {"path": "/run/x/cds.json"}, "resource_api_version": "V3"},
			"lds_config": {"path_config_source": {"path": "/run/x/lds.json"}, "resource_api_version": "V3"}},
		"watchdogs": {"worker_watchdog": {"kill_timeout": "60s"}}}`)
	if b, err := bootstrap(Options{Admin: "127.0.0.1:9901", WorkerKill: -1}.withDefaults(), "/run/x"); err != nil || strings.Contains(string(b), "watchdog") {
		t.Errorf("no watchdog was asked for: %s, %v", b, err)
	}
	for _, bad := range []string{"", "9901", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1"} {
		if _, err := bootstrap(Options{Admin: bad}, "/run/x"); err == nil {
			t.Errorf("address %q is taken", bad)
		}
	}
}

func TestSocketAddress(t *testing.T) {
	for in, want := range map[string]string{":80": "0.0.0.0", "localhost:80": "127.0.0.1", "[::1]:80": "::1", "10.0.0.1:80": "10.0.0.1"} {
		got, err := socketAddress(in)
		if err != nil {
			t.Fatal(err)
		}
		same(t, in, got, `{"socket_address": {"address": "`+want+`", "port_value": 80}}`)
	}
}

func TestListeners(t *testing.T) {
	ls, err := listeners(Options{Listen: "127.0.0.1:10000"}, Config{Plugins: []Plugin{{Name: "one"}, {Name: "two"}}}, "/run/x")
	if err != nil || len(ls) != 2 {
		t.Fatalf("got %d listeners, %v", len(ls), err)
	}
	hcm := ls[0]["filter_chains"].([]obj)[0]["filters"].([]obj)[0]["typed_config"].(obj)
	same(t, "filters", hcm["http_filters"], `[
		{"name": "one", "config_discovery": {
			"config_source": {"path_config_source": {"path": "/run/x/ecds-one.json"}, "resource_api_version": "V3"},
			"type_urls": ["type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
				"type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors"]}},
		{"name": "two", "config_discovery": {
			"config_source": {"path_config_source": {"path": "/run/x/ecds-two.json"}, "resource_api_version": "V3"},
			"type_urls": ["type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
				"type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors"]}},
		{"name": "envoy.filters.http.router", "typed_config": {
			"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]`)
	delete(hcm, "http_filters")
	delete(hcm, "access_log")
	same(t, "public listener", ls[0], `{
		"@type": "type.googleapis.com/envoy.config.listener.v3.Listener",
		"name": "listener_0",
		"address": {"socket_address": {"address": "127.0.0.1", "port_value": 10000}},
		"enable_reuse_port": false,
		"filter_chains": [{"filters": [{
			"name": "envoy.filters.network.http_connection_manager",
			"typed_config": {
				"@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
				"stat_prefix": "ingress_http",
				"use_remote_address": true,
				"scheme_header_transformation": {"scheme_to_overwrite": "https"},
				"upgrade_configs": [{"upgrade_type": "websocket"}],
				"rds": {"route_config_name": "local_route", "config_source": {
					"path_config_source": {"path": "/run/x/rds.json"}, "resource_api_version": "V3"}}}}]}]}`)
	if ls[1]["bind_to_port"] != false {
		t.Error("the staging listener can be reached")
	}
}

func TestWasmFilter(t *testing.T) {
	text := Plugin{Name: "hello", Config: []byte(`{"mockEnable": false}`)}
	same(t, "text", wasmFilter(text, "/x/code.wasm", ""), `{
		"@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
		"config": {
			"name": "hello",
			"failure_policy": "FAIL_RELOAD",
			"allow_on_headers_stop_iteration": true,
			"vm_config": {"runtime": "envoy.wasm.runtime.v8", "code": {"local": {"filename": "/x/code.wasm"}}},
			"configuration": {"@type": "type.googleapis.com/google.protobuf.StringValue", "value": "{\"mockEnable\": false}"}}}`)
	binary := Plugin{Name: "hello", FailOpen: true, Config: []byte{0xff, 0}}
	same(t, "binary", wasmFilter(binary, "/x/code.wasm", "staging"), `{
		"@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
		"config": {
			"name": "hello",
			"failure_policy": "FAIL_OPEN",
			"allow_on_headers_stop_iteration": true,
			"vm_config": {"vm_id": "staging", "runtime": "envoy.wasm.runtime.v8", "code": {"local": {"filename": "/x/code.wasm"}}},
			"configuration": {"@type": "type.googleapis.com/google.protobuf.BytesValue", "value": "`+
		base64.StdEncoding.EncodeToString(binary.Config)+`"}}}`)
	if _, has := wasmFilter(Plugin{Name: "x"}, "", "")["config"].(obj)["configuration"]; has {
		t.Error("a plugin without configuration has one")
	}
}

// Text that would break out of a template is only text.
func TestNoInjection(t *testing.T) {
	evil := "\"}],\n- name: x\n\u2028</script>'{{.}}"
	b, err := discovery("1", extension("p", wasmFilter(Plugin{Name: "p", Config: []byte(evil)}, evil, "")))
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		Resources []struct {
			Typed struct {
				Config struct {
					Configuration struct{ Value string }
				}
			} `json:"typed_config"`
		}
	}
	if err := json.Unmarshal(b, &back); err != nil || back.Resources[0].Typed.Config.Configuration.Value != evil {
		t.Errorf("got %+v, %v", back, err)
	}
}

func TestClusters(t *testing.T) {
	got, err := clusters([]Cluster{{"outbound|80||my-svc.static", "127.0.0.1:8080"}, {"ext", "https://example.com"}}, false, false)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "clusters", got, `[
		{"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "outbound|80||my-svc.static",
		 "connect_timeout": "5s", "lb_policy": "ROUND_ROBIN", "type": "STATIC",
		 "load_assignment": {"cluster_name": "outbound|80||my-svc.static", "endpoints": [{"lb_endpoints": [{"endpoint": {
			"address": {"socket_address": {"address": "127.0.0.1", "port_value": 8080}}}}]}]}},
		{"@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "ext",
		 "connect_timeout": "5s", "lb_policy": "ROUND_ROBIN", "type": "LOGICAL_DNS", "dns_lookup_family": "V4_ONLY",
		 "load_assignment": {"cluster_name": "ext", "endpoints": [{"lb_endpoints": [{"endpoint": {
			"address": {"socket_address": {"address": "example.com", "port_value": 443}}}}]}]},
		 "transport_socket": {"name": "envoy.transport_sockets.tls", "typed_config": {
			"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", "sni": "example.com"}}}]`)
}

func TestUnion(t *testing.T) {
	got := union([]Cluster{{"a", "new"}, {"b", "1"}}, []Cluster{{"a", "old"}, {"c", "2"}})
	if want := []Cluster{{"a", "new"}, {"b", "1"}, {"c", "2"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestRoutes(t *testing.T) {
	got := routes([]Route{
		{Name: "exact", Domains: []string{"A.example.com"}, Path: "/x", Cluster: "one"},
		{Name: "wild", Domains: []string{"*.example.com", "a.*"}, Prefix: "/w", Cluster: "two"},
		{Name: "rest", Domains: []string{"*", "*.EXAMPLE.com"}, Cluster: "three"},
	})
	wild := `{"name": "wild", "match": {"prefix": "/w"}, "route": {"cluster": "two"}}`
	rest := `{"name": "rest", "match": {"prefix": "/"}, "route": {"cluster": "three"}}`
	same(t, "routes", got, `{
		"@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
		"name": "local_route", "ignore_port_in_host_matching": true,
		"virtual_hosts": [
			{"name": "a.example.com-0", "domains": ["a.example.com"], "routes": [
				{"name": "exact", "match": {"path": "/x"}, "route": {"cluster": "one"}}]},
			{"name": "any.example.com-1", "domains": ["*.example.com"], "routes": [`+wild+`, `+rest+`]},
			{"name": "a.any-2", "domains": ["a.*"], "routes": [`+wild+`]},
			{"name": "local_service", "domains": ["*"], "routes": [`+rest+`]}]}`)
	same(t, "no routes", routes(nil)["virtual_hosts"], `[]`)
}

func TestRunDir(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	d, err := newRunDir("")
	if err != nil {
		t.Fatal(err)
	}
	if fi, _ := os.Stat(string(d)); fi.Mode().Perm() != 0o700 {
		t.Errorf("others can read it: %v", fi.Mode())
	}
	a, err := d.code([]byte("module a"))
	if err != nil {
		t.Fatal(err)
	}
	again, _ := d.code([]byte("module a"))
	b, _ := d.code([]byte("module b"))
	if a != again || a == b || len(filepath.Base(a)) != 64+len(".wasm") {
		t.Errorf("names %s, %s, %s", a, again, b)
	}
	d.keepCode([]Plugin{{Code: []byte("module b")}})
	if _, err := os.Stat(a); !os.IsNotExist(err) {
		t.Error("an unused module is kept")
	}
	if got, _ := os.ReadFile(b); string(got) != "module b" {
		t.Errorf("the used module holds %q", got)
	}
	if err := d.write("no/such/dir", nil); err == nil || !strings.Contains(err.Error(), "no/such/dir") {
		t.Errorf("error is %v", err)
	}
	if err := d.remove(); err != nil {
		t.Fatal(err)
	}
}

// What tests of plugins ask for: trailers, HTTP/2 and VMs of their own.
func TestTrailersAndHTTP2(t *testing.T) {
	cs, err := clusters([]Cluster{{"a", "127.0.0.1:1"}, {"b", "h2c://127.0.0.1:2"}}, false, true)
	if err != nil {
		t.Fatal(err)
	}
	ls, err := listeners(Options{Listen: "127.0.0.1:10000", Trailers: true}, Config{}, "/run/x")
	if err != nil {
		t.Fatal(err)
	}
	f := wasmFilter(Plugin{Name: "p"}, "/code", "vm")
	for what, has := range map[string]struct {
		part any
		want string
	}{
		"cluster":  {cs[0], `"http_protocol_options":{"enable_trailers":true}`},
		"HTTP/2":   {cs[1], `"http2_protocol_options":{}`},
		"listener": {ls[0], `"http_protocol_options":{"enable_trailers":true}`},
		"filter":   {f, `"vm_id":"vm"`},
	} {
		b, err := json.Marshal(has.part)
		if err != nil || !strings.Contains(string(b), has.want) {
			t.Errorf("%s: %s, %v; want %s", what, b, err, has.want)
		}
	}
}
