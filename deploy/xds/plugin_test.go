package xds

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bootstrapv3 "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	wasmfilterv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/wasm/v3"
	wasmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/wasm/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/wrapperspb"
	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

func render(t *testing.T, p Plugin) *wasmv3.PluginConfig {
	t.Helper()
	r, err := p.Resource()
	if err != nil {
		t.Fatal(err)
	}
	var ext corev3.TypedExtensionConfig
	var w wasmfilterv3.Wasm
	if err := r.Body.UnmarshalTo(&ext); err != nil {
		t.Fatal(err)
	}
	if err := ext.TypedConfig.UnmarshalTo(&w); err != nil {
		t.Fatal(err)
	}
	if ext.Name != p.Name || r.Name != p.Name {
		t.Errorf("names %q and %q", ext.Name, r.Name)
	}
	return w.Config
}

func TestPlugin(t *testing.T) {
	c := render(t, Plugin{
		Name: "ns.p", RootID: "root", Code: LocalFile("/m/x.wasm"), Config: []byte(`{"a":1}`),
		Env:          []wasmplugin.Env{{Name: "A", Value: "1"}, {Name: "B", FromHost: true}},
		Capabilities: []string{"proxy_log", "fd_write"},
	})
	vm := c.GetVmConfig()
	var config wrapperspb.StringValue
	if err := c.Configuration.UnmarshalTo(&config); err != nil {
		t.Fatal(err)
	}
	switch {
	case c.RootId != "root", config.Value != `{"a":1}`, !c.AllowOnHeadersStopIteration.GetValue(), c.FailurePolicy != wasmv3.FailurePolicy_FAIL_RELOAD:
		t.Errorf("plugin %v", c)
	case vm.VmId != "ns.p", vm.Runtime != "envoy.wasm.runtime.v8", vm.Code.GetLocal().GetFilename() != "/m/x.wasm":
		t.Errorf("vm %v", vm)
	case vm.EnvironmentVariables.KeyValues["A"] != "1", !slices.Equal(vm.EnvironmentVariables.HostEnvKeys, []string{"B"}):
		t.Errorf("environment %v", vm.EnvironmentVariables)
	}
	if got := slices.Sorted(maps.Keys(c.CapabilityRestrictionConfig.AllowedCapabilities)); !slices.Equal(got, []string{"fd_write", "proxy_log"}) {
		t.Errorf("capabilities %q", got)
	}
	plain := render(t, Plugin{Name: "p", Code: LocalFile("x"), Fail: wasmplugin.FailOpen, NoStopIteration: true})
	if plain.Configuration != nil || plain.CapabilityRestrictionConfig != nil || plain.FailurePolicy != wasmv3.FailurePolicy_FAIL_OPEN || plain.AllowOnHeadersStopIteration.GetValue() {
		t.Errorf("plain %v", plain)
	}
	if c := render(t, Plugin{Name: "p", Fail: wasmplugin.FailClose}); c.FailurePolicy != wasmv3.FailurePolicy_FAIL_CLOSED {
		t.Errorf("policy %v", c.FailurePolicy)
	}
	if _, err := (Plugin{Name: "p", Config: []byte("\xff")}).Resource(); err == nil {
		t.Error("bytes that are no text were taken")
	}
}

func TestFiles(t *testing.T) {
	f := Files{Dir: t.TempDir()}
	one, _ := Plugin{Name: "one", Code: LocalFile("x")}.Resource()
	names, err := f.Write(Wanted{Extensions: []Resource{one, {Name: "kept"}}, Listeners: made(t, "l", "1"), Clusters: []Resource{}})
	if err != nil || !slices.Equal(names, []string{"one.json", "kept.json", "cds.json", "lds.json"}) {
		t.Fatalf("wrote %q, %v", names, err)
	}
	text, _ := os.ReadFile(filepath.Join(f.Dir, "ecds", "kept.json"))
	if !strings.Contains(string(text), "RBAC") {
		t.Errorf("a plugin that is not there yet: %s", text)
	}
	if names, err := f.Write(Wanted{Extensions: []Resource{one}, Listeners: made(t, "l", "2")}); err != nil || !slices.Equal(names, []string{"lds.json"}) {
		t.Errorf("again: wrote %q, %v", names, err)
	}
	if _, err := os.Stat(filepath.Join(f.Dir, "ecds", "kept.json")); err == nil {
		t.Error("a file that nothing names was kept")
	}
	entries, _ := filepath.Glob(filepath.Join(f.Dir, "*", ".sluice-*"))
	if len(entries) > 0 {
		t.Errorf("left behind: %q", entries)
	}
}

func TestNode(t *testing.T) {
	metadata, _ := structpb.NewStruct(map[string]any{"NAMESPACE": "web", "LABELS": map[string]any{"app": "gw", "n": 1}, "sluice.agent": true})
	n := nodeOf(&corev3.Node{Id: "i", Cluster: "c", Metadata: metadata})
	if n.ID != "i" || n.Namespace != "web" || !maps.Equal(n.Labels, map[string]string{"app": "gw"}) || !n.Agent {
		t.Errorf("got %+v", n)
	}
	if n := nodeOf(nil); n.ID != "" || n.Agent {
		t.Errorf("nobody: %+v", n)
	}
	for version, want := range map[string]bool{"1.36.0": true, "1.41.0": true, "1.42.0": false, "2.0.0": false, "": true} {
		if got := (Node{Version: version}).Restricts(); got != want {
			t.Errorf("Envoy %q: %v", version, got)
		}
	}
}

func TestBootstrap(t *testing.T) {
	for _, o := range []BootstrapOptions{
		{Server: "127.0.0.1:1"},
		{Server: "[::1]:18000", Whole: true, ID: "a", Namespace: "web", Labels: map[string]string{"app": "x"}, CA: "ca.crt"},
		{Server: "serve.example:1", CA: "ca.crt", Cert: "c.crt", Key: "c.key", Admin: "0.0.0.0:1"},
	} {
		text, err := Bootstrap(o)
		if err != nil {
			t.Fatal(err)
		}
		asJSON, err := yaml.YAMLToJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		var b bootstrapv3.Bootstrap
		if err := protojson.Unmarshal(asJSON, &b); err != nil {
			t.Fatalf("%s\n%v", text, err)
		}
		if err := b.ValidateAll(); err != nil {
			t.Errorf("%s\n%v", text, err)
		}
		if tls := b.StaticResources.Clusters[0].TransportSocket != nil; tls != (o.CA != "") {
			t.Errorf("TLS %v for %+v", tls, o)
		}
		if whole := b.DynamicResources.LdsConfig != nil; whole != o.Whole {
			t.Errorf("whole %v for %+v", whole, o)
		}
	}
	for _, o := range []BootstrapOptions{{}, {Server: "x"}, {Server: "x:port"}, {Server: "x:1", Admin: "y"}} {
		if _, err := Bootstrap(o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
}
