package gen

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// gatewayModule has Envoy Gateway's CRDs. It is a module of Go, so the go command
// gets it, and what it got is held against the checksum.
const (
	gatewayModule = "github.com/envoyproxy/gateway@v1.9.1"
	gatewayCRD    = "charts/gateway-helm/charts/crds/crds/generated/gateway.envoyproxy.io_envoyextensionpolicies.yaml"
	gatewaySum    = "h1:vAVp6/AlBXJ1aOhp1mxL7fNEzVEfjADUguUhm2wzxQY="
	istioCRDs     = "kubernetes/customresourcedefinitions.gen.yaml"
)

// schemas are compiled by group/version/kind.
var schemas = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	out := map[string]*jsonschema.Schema{}
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "istio.io/api").Output()
	if err != nil {
		return nil, err
	}
	files := []string{filepath.Join(strings.TrimSpace(string(dir)), istioCRDs)}
	if gateway := downloaded(gatewayModule); gateway != "" {
		files = append(files, filepath.Join(gateway, filepath.FromSlash(gatewayCRD)))
	}
	// Higress has no module that the go command can get: its CRDs, or newer ones
	// of others, are named by hand.
	if more := os.Getenv("SLUICE_CRDS"); more != "" {
		files = append(files, filepath.SplitList(more)...)
	}
	for _, f := range files {
		if err := addCRDs(out, f); err != nil {
			return nil, err
		}
	}
	return out, nil
})

// downloaded is the directory of a module, "" if it can't be had.
func downloaded(module string) string {
	cmd := exec.Command("go", "mod", "download", "-json", module)
	cmd.Dir = os.TempDir() // outside of the repository's module
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := cmd.Output()
	var m struct{ Dir, Sum string }
	if err != nil || json.Unmarshal(out, &m) != nil || m.Sum != gatewaySum {
		return ""
	}
	return m.Dir
}

func addCRDs(out map[string]*jsonschema.Schema, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for d := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var crd struct {
			Kind string
			Spec struct {
				Group    string
				Names    struct{ Kind string }
				Versions []struct {
					Name   string
					Schema struct {
						OpenAPIV3Schema map[string]any `yaml:"openAPIV3Schema"`
					}
				}
			}
		}
		if err := d.Decode(&crd); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		for _, v := range crd.Spec.Versions {
			key := crd.Spec.Group + "/" + v.Name + " " + crd.Spec.Names.Kind
			s, err := compile(v.Schema.OpenAPIV3Schema)
			if err != nil {
				return err
			}
			out[key] = s
		}
	}
}

// compile makes a JSON schema of a structural one, which refuses fields that it
// does not name.
func compile(structural map[string]any) (*jsonschema.Schema, error) {
	properties, _ := structural["properties"].(map[string]any)
	b, err := json.Marshal(closed(map[string]any{"type": "object", "properties": map[string]any{"spec": properties["spec"]}, "required": []any{"spec"}}))
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft7)
	if err := c.AddResource("crd.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("crd.json")
}

// closed adds what Kubernetes does beside the schema: it takes no field that is
// not named, and a number or a text where it says so.
func closed(v any) any {
	switch v := v.(type) {
	case map[string]any:
		_, named := v["properties"].(map[string]any)
		_, typed := v["type"]
		if named && typed && v["additionalProperties"] == nil && v["x-kubernetes-preserve-unknown-fields"] != true {
			v["additionalProperties"] = false
		}
		if v["nullable"] == true {
			v["type"] = []any{v["type"], "null"}
		}
		for k, inner := range v {
			v[k] = closed(inner)
		}
	case []any:
		for i := range v {
			v[i] = closed(v[i])
		}
	}
	return v
}

// conforms holds a resource against the schema of its CRD.
func conforms(t *testing.T, text []byte) {
	t.Helper()
	all, err := schemas()
	if err != nil {
		t.Fatal(err)
	}
	b, err := kyaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	o := doc.(map[string]any)
	key := o["apiVersion"].(string) + " " + o["kind"].(string)
	s := all[key]
	if s == nil {
		t.Skipf("no CRD of %s can be had here; name its file with SLUICE_CRDS", key)
	}
	delete(o, "metadata")
	delete(o, "apiVersion")
	delete(o, "kind")
	if err := s.Validate(doc); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestSchemas: what is written is what the gateways' own schemas take.
func TestSchemas(t *testing.T) {
	for _, kind := range wasmplugin.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			for _, p := range specs(kind) {
				text, _, err := wasmplugin.Write(p, kind)
				if err != nil {
					t.Fatal(err)
				}
				conforms(t, text)
			}
		})
	}
	t.Run("envoyfilter", func(t *testing.T) {
		for _, p := range specs(wasmplugin.Istio) {
			p.PullSecret = ""
			files, _, err := EnvoyFilter([]Plugin{{Spec: p, Capabilities: []string{"proxy_log"}}})
			if err != nil {
				t.Fatal(err)
			}
			conforms(t, files[0].Content)
		}
	})
}

// TestSchemasRefuse: the schemas are no formality.
func TestSchemasRefuse(t *testing.T) {
	all, err := schemas()
	if err != nil {
		t.Fatal(err)
	}
	s := all["extensions.istio.io/v1alpha1 WasmPlugin"]
	for _, bad := range []string{`{"spec":{"url":"oci://x","defaultConfig":{}}}`, `{"spec":{"url":"oci://x","phase":"FIRST"}}`, `{"spec":{}}`, `{"spec":{"url":"x","sha256":"1"}}`} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
		if err != nil {
			t.Fatal(err)
		}
		if s.Validate(doc) == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

// specs are a plugin with all that a kind can say, and one with the least.
func specs(kind wasmplugin.Kind) []wasmplugin.Plugin {
	n := int64(-3)
	p := wasmplugin.Plugin{
		Kind: kind, Namespace: "team", Name: "full", Labels: map[string]string{"a": "b"},
		URL: "oci://registry.example/team/demo:1.0.0", SHA256: strings.Repeat("a1", 32),
		PullPolicy: wasmplugin.Always, PullSecret: "pull", PluginName: "root", FailStrategy: wasmplugin.FailOpen,
		Config: []byte(`{"_rules_":[{"_match_domain_":["*.example.com"],"x":1.5}],"list":[1,"a",null]}`),
		Env:    []wasmplugin.Env{{Name: "HOME", FromHost: true}},
	}
	if kind != wasmplugin.EnvoyGateway {
		p.Env = append(p.Env, wasmplugin.Env{Name: "A", Value: "1"})
		p.Phase, p.Priority = wasmplugin.Authn, &n
	}
	gateway := []wasmplugin.TargetRef{{Group: "gateway.networking.k8s.io", Kind: "Gateway", Name: "main"}}
	small := wasmplugin.Plugin{Kind: kind, Namespace: "team", Name: "small", URL: "https://files.example/x.wasm", FailStrategy: wasmplugin.FailReload}
	switch kind {
	case wasmplugin.EnvoyGateway:
		p.TargetRefs, small.TargetRefs = gateway, gateway
	case wasmplugin.Istio, wasmplugin.TrafficExtension:
		small.TargetRefs = gateway
		p.Selector = map[string]string{"istio": "ingressgateway"}
		p.Match = []wasmplugin.Match{{Mode: "CLIENT", Ports: []uint32{80, 443}}, {Mode: "SERVER"}}
	}
	return []wasmplugin.Plugin{p, small}
}
