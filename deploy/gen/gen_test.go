package gen

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	wasmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	kyaml "sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

func plugin(namespace, name string) Plugin {
	return Plugin{Path: "/p/" + name + ".wasm", Spec: wasmplugin.Plugin{Kind: wasmplugin.Istio, Namespace: namespace, Name: name,
		URL: "oci://registry.example/" + name + ":1", FailStrategy: wasmplugin.FailReload}}
}

func with(p Plugin, change func(*wasmplugin.Plugin)) Plugin { change(&p.Spec); return p }

// TestOrder: filters come in the order of the chain, each with a name of its own.
func TestOrder(t *testing.T) {
	ps := []Plugin{
		plugin("b", "same"), plugin("a", "same"),
		with(plugin("a", "last"), func(p *wasmplugin.Plugin) { p.Kind = wasmplugin.EnvoyGateway; p.Entry = 1 }),
		with(plugin("a", "last"), func(p *wasmplugin.Plugin) { p.Kind = wasmplugin.EnvoyGateway }),
		with(plugin("a", "first"), func(p *wasmplugin.Plugin) { p.Phase = wasmplugin.Authn }),
		with(plugin("a", "same"), func(p *wasmplugin.Plugin) { p.Kind = wasmplugin.Higress }),
	}
	ordered, err := order(ps)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range ordered {
		names = append(names, p.name)
	}
	want := []string{"first", "a.last", "a.last-1", "a.same", "istio.a.same", "b.same"}
	if !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	if _, err := order(nil); !errors.Is(err, ErrNothing) {
		t.Errorf("no plugin: %v", err)
	}
	if _, err := order(append(ps, ps[0])); err == nil || !strings.Contains(err.Error(), "istio b/same is there twice") {
		t.Errorf("the same twice: %v", err)
	}
}

// tree is a file as YAML.
func tree(t *testing.T, f File) map[string]any {
	t.Helper()
	var out map[string]any
	if err := kyaml.UnmarshalStrict(f.Content, &out); err != nil {
		t.Fatalf("%s: %v\n%s", f.Name, err, f.Content)
	}
	return out
}

// dig goes down keys and indexes.
func dig(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, p := range path {
		switch p := p.(type) {
		case string:
			v = v.(map[string]any)[p]
		case int:
			list := v.([]any)
			if p >= len(list) {
				t.Fatalf("%v: there are %d", path, len(list))
			}
			v = list[p]
		}
	}
	return v
}

func TestEnvoy(t *testing.T) {
	p := with(plugin("team", "demo"), func(p *wasmplugin.Plugin) {
		p.PluginName = "root"
		p.Config = []byte(`{"n":12345678901234567890,"s":"<&>"}`)
		p.FailStrategy = wasmplugin.FailOpen
		p.Env = []wasmplugin.Env{{Name: "A", Value: "1"}, {Name: "HOME", FromHost: true}}
		p.Match = []wasmplugin.Match{{Mode: "CLIENT"}}
	})
	p.Capabilities = []string{"proxy_log"}
	files, warnings, err := Envoy([]Plugin{p}, Gateway{Upstream: "127.0.0.1:1", Admin: "127.0.0.1:2"})
	if err != nil {
		t.Fatal(err)
	}
	root := tree(t, files[0])
	hcm := dig(t, root, "static_resources", "listeners", 0, "filter_chains", 0, "filters", 0, "typed_config")
	want := map[string]any{
		"name": "demo", "root_id": "root", "failure_policy": "FAIL_OPEN", "allow_on_headers_stop_iteration": true,
		"configuration":                 map[string]any{"@type": "type.googleapis.com/google.protobuf.StringValue", "value": `{"n":12345678901234567890,"s":"<&>"}`},
		"capability_restriction_config": map[string]any{"allowed_capabilities": map[string]any{"proxy_log": map[string]any{}}},
		"vm_config": map[string]any{"runtime": "envoy.wasm.runtime.v8", "vm_id": "demo", "code": map[string]any{"local": map[string]any{"filename": "/p/demo.wasm"}},
			"environment_variables": map[string]any{"key_values": map[string]any{"A": "1"}, "host_env_keys": []any{"HOME"}}},
	}
	if got := dig(t, hcm, "http_filters", 0, "typed_config", "config"); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if got := dig(t, hcm, "http_filters", 1, "name"); got != "envoy.filters.http.router" {
		t.Errorf("last filter %v", got)
	}
	if got := dig(t, root, "admin", "address", "socket_address", "port_value"); got != float64(2) {
		t.Errorf("admin port %v", got)
	}
	if len(warnings) != 1 || warnings[0].Path != "spec.match" {
		t.Errorf("warnings %v", warnings)
	}
}

func TestEnvoyRefuses(t *testing.T) {
	p := plugin("a", "b")
	nowhere := p
	nowhere.Path = ""
	for name, c := range map[string]struct {
		p    Plugin
		g    Gateway
		want string
	}{
		"no upstream": {p, Gateway{}, "where requests go is not said"},
		"no module":   {nowhere, Gateway{Upstream: "127.0.0.1:1"}, "where Envoy finds its module"},
		"bad address": {p, Gateway{Upstream: "127.0.0.1:1", Listen: "x"}, "address to listen on"},
	} {
		if _, _, err := Envoy([]Plugin{c.p}, c.g); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestECDS(t *testing.T) {
	for source, want := range map[Source]string{
		FromFile: "path: /etc/ecds/demo.yaml", FromADS: "ads: {}", FromGRPC: "cluster_name: control",
	} {
		files, _, err := ECDS([]Plugin{plugin("team", "demo")}, Discovery{Source: source, Dir: "/etc/ecds", Cluster: "control"})
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != 2 || files[0].Name != "demo.yaml" || files[1].Name != "http_filters.yaml" ||
			!strings.Contains(string(files[1].Content), want) {
			t.Errorf("%s: %s", source, files)
		}
		if got := dig(t, tree(t, files[0]), "resources", 0, "name"); got != "demo" {
			t.Errorf("%s: the resource is called %v", source, got)
		}
	}
	for name, c := range map[string]struct {
		p    Plugin
		d    Discovery
		want string
	}{
		"relative":  {plugin("a", "b"), Discovery{Dir: "ecds"}, "want an absolute path"},
		"source":    {plugin("a", "b"), Discovery{Source: "udp"}, "none of file, ads, grpc"},
		"collision": {plugin("a", "http_filters"), Discovery{Dir: "/e"}, "rename it"},
		"no module": {Plugin{Spec: plugin("a", "b").Spec}, Discovery{Dir: "/e"}, "where Envoy finds its module"},
	} {
		if _, _, err := ECDS([]Plugin{c.p}, c.d); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCompose(t *testing.T) {
	p := plugin("a", "b")
	files, _, err := ComposeFiles([]Plugin{p}, Compose{Gateway: Gateway{Listen: "localhost:8080"}})
	if err != nil {
		t.Fatal(err)
	}
	services := tree(t, files[0])
	if got := dig(t, services, "services", "envoy", "ports", 0); got != "127.0.0.1:8080:8080" {
		t.Errorf("ports %v", got)
	}
	if dig(t, services, "services", "httpbin") == nil {
		t.Error("no httpbin")
	}
	for _, want := range []string{"address: 0.0.0.0", "port_value: 8080", "filename: /etc/envoy/plugins/b.wasm", "address: httpbin"} {
		if !strings.Contains(string(files[1].Content), want) {
			t.Errorf("envoy.yaml has no %q:\n%s", want, files[1].Content)
		}
	}
	files, _, err = ComposeFiles([]Plugin{p}, Compose{Gateway: Gateway{Upstream: "http://up:80"}, Image: "envoy:x"})
	if err != nil || strings.Contains(string(files[0].Content), "httpbin") || !strings.Contains(string(files[0].Content), "image: ${ENVOY_IMAGE:-envoy:x}") {
		t.Errorf("%v\n%s", err, files[0].Content)
	}
	if _, _, err := ComposeFiles([]Plugin{p}, Compose{Gateway: Gateway{Listen: "127.0.0.1:0"}}); err == nil {
		t.Error("port 0 was published")
	}
}

// TestEnvoyFilterOrder: INSERT_FIRST turns an order round, INSERT_BEFORE keeps it.
func TestEnvoyFilterOrder(t *testing.T) {
	n := int64(1)
	ps := []Plugin{
		plugin("a", "d"), with(plugin("a", "c"), func(p *wasmplugin.Plugin) { p.Priority = &n }),
		with(plugin("a", "b"), func(p *wasmplugin.Plugin) { p.Phase = wasmplugin.Authn }),
		with(plugin("a", "a"), func(p *wasmplugin.Plugin) { p.Phase = wasmplugin.Authn; p.Priority = &n }),
	}
	files, _, err := EnvoyFilter(ps)
	if err != nil {
		t.Fatal(err)
	}
	patches := dig(t, tree(t, files[0]), "spec", "configPatches").([]any)
	var got []string
	for _, p := range patches[:4] {
		got = append(got, dig(t, p, "patch", "operation").(string)+" "+dig(t, p, "patch", "value", "name").(string))
	}
	want := []string{"INSERT_FIRST b", "INSERT_FIRST a", "INSERT_BEFORE c", "INSERT_BEFORE d"} // a b c d
	if !slices.Equal(got, want) || len(patches) != 8 {
		t.Errorf("got %q of %d, want %q", got, len(patches), want)
	}
}

func TestEnvoyFilterPlaces(t *testing.T) {
	for _, c := range []struct {
		match []wasmplugin.Match
		want  []place
	}{
		{nil, []place{{"ANY", 0}}},
		{[]wasmplugin.Match{{Mode: "CLIENT"}}, []place{{"GATEWAY", 0}, {"SIDECAR_OUTBOUND", 0}}},
		{[]wasmplugin.Match{{Mode: "SERVER", Ports: []uint32{80, 80, 8080}}}, []place{{"SIDECAR_INBOUND", 80}, {"SIDECAR_INBOUND", 8080}}},
		// What is matched twice is inserted once.
		{[]wasmplugin.Match{{Mode: "SERVER", Ports: []uint32{80}}, {Mode: "SERVER"}}, []place{{"SIDECAR_INBOUND", 0}}},
		{[]wasmplugin.Match{{Ports: []uint32{80}}, {Mode: "CLIENT"}}, []place{{"GATEWAY", 0}, {"SIDECAR_OUTBOUND", 0}, {"SIDECAR_INBOUND", 80}}},
	} {
		p := named{with(plugin("a", "b"), func(p *wasmplugin.Plugin) { p.Match = c.match }), "b"}
		if got := p.listeners(); !slices.Equal(got, c.want) {
			t.Errorf("%v: got %v, want %v", c.match, got, c.want)
		}
	}
}

func TestEnvoyFilter(t *testing.T) {
	files, warnings, err := EnvoyFilter([]Plugin{
		with(plugin("a", "one"), func(p *wasmplugin.Plugin) {
			p.Selector = map[string]string{"istio": "ingressgateway"}
			p.SHA256, p.Phase, p.PullPolicy = strings.Repeat("0", 64), wasmplugin.Authz, wasmplugin.Always
		}),
		with(plugin("b", "two"), func(p *wasmplugin.Plugin) { p.URL = "file:///m.wasm" }),
	})
	if err != nil {
		t.Fatal(err)
	}
	docs := strings.Split(string(files[0].Content), "\n---\n")
	if len(docs) != 2 || len(warnings) != 2 {
		t.Fatalf("%d resources, warnings %v", len(docs), warnings)
	}
	for _, want := range []string{"uri: oci://registry.example/one:1", "sha256: \"000", "istio: ingressgateway", "allow_on_headers_stop_iteration: true", "namespace: a"} {
		if !strings.Contains(docs[0], want) {
			t.Errorf("no %q in\n%s", want, docs[0])
		}
	}
	if !strings.Contains(docs[1], "filename: /m.wasm") || strings.Contains(docs[1], "http_uri") {
		t.Errorf("a local module:\n%s", docs[1])
	}
	if _, _, err := EnvoyFilter([]Plugin{with(plugin("a", "b"), func(p *wasmplugin.Plugin) { p.PullSecret = "s" })}); err == nil {
		t.Error("a pull secret was dropped")
	}
}

// TestEnvoyFilterValues: what Istio puts into Envoy's configuration as it is, is
// what Envoy's own types take, and valid.
func TestEnvoyFilterValues(t *testing.T) {
	p := with(plugin("a", "b"), func(p *wasmplugin.Plugin) { p.Config = []byte(`{"a":1}`) })
	p.Capabilities = []string{"proxy_log"}
	files, _, err := EnvoyFilter([]Plugin{p})
	if err != nil {
		t.Fatal(err)
	}
	into := map[string]interface {
		proto.Message
		ValidateAll() error
	}{"HTTP_FILTER": &hcmv3.HttpFilter{}, "EXTENSION_CONFIG": &corev3.TypedExtensionConfig{}}
	for _, patch := range dig(t, tree(t, files[0]), "spec", "configPatches").([]any) {
		m := into[dig(t, patch, "applyTo").(string)]
		b, err := json.Marshal(dig(t, patch, "patch", "value"))
		if err != nil {
			t.Fatal(err)
		}
		if err := protojson.Unmarshal(b, m); err != nil {
			t.Errorf("%v\n%s", err, b)
		}
		if err := m.ValidateAll(); err != nil {
			t.Errorf("%v\n%s", err, b)
		}
	}
	c := into["EXTENSION_CONFIG"].(*corev3.TypedExtensionConfig)
	var w wasmv3.Wasm
	if err := c.GetTypedConfig().UnmarshalTo(&w); err != nil {
		t.Fatal(err)
	}
	if u := w.GetConfig().GetVmConfig().GetCode().GetRemote().GetHttpUri(); u.GetUri() != p.Spec.URL || u.ValidateAll() != nil {
		t.Errorf("the address is %v: %v", u, u.ValidateAll())
	}
}

// TestDecodes: a field that Istio's type has not is found.
func TestDecodes(t *testing.T) {
	for _, bad := range []obj{{"bogus": 1}, {"configPatches": []obj{{"applyTo": "NOTHING"}}}} {
		if err := decodes(obj{"spec": bad}); err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
}
