package wasmplugin_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	kyaml "sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

const digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func number(n int64) *int64 { return &n }

// full has all that every kind can say.
func full(kind wasmplugin.Kind) wasmplugin.Plugin {
	return wasmplugin.Plugin{
		Kind: kind, Namespace: "team", Name: "demo",
		Labels: map[string]string{"a": "yes"}, Annotations: map[string]string{"note": "two\nlines", "n": "1e3"},
		URL: "oci://registry.example:5000/team/demo:1.0.0", SHA256: digest,
		PullPolicy: wasmplugin.Always, PullSecret: "pull", PluginName: "root",
		FailStrategy: wasmplugin.FailOpen,
		Config:       []byte(`{"_rules_":[{"_match_domain_":["*.example.com"],"_match_route_":["a","b"],"_match_service_":["s.static"],"on":"off"},{"_match_route_":["c"]}],"big":9007199254740993,"f":1.50,"html":"<&>","list":[null,true,"",{}],"s":"yes"}`),
	}
}

// plugins are what each kind can say.
func plugins() (list []wasmplugin.Plugin) {
	for _, kind := range wasmplugin.Kinds() {
		p := full(kind)
		q := wasmplugin.Plugin{Kind: kind, Namespace: "default", Name: "small", URL: "https://files.example/x.wasm", FailStrategy: wasmplugin.FailReload, FailUnset: true}
		env := []wasmplugin.Env{{Name: "A", Value: "1"}, {Name: "B", Value: ""}, {Name: "HOME", FromHost: true}}
		refs := []wasmplugin.TargetRef{{Group: "gateway.networking.k8s.io", Kind: "Gateway", Name: "gw"}}
		switch kind {
		case wasmplugin.EnvoyGateway:
			p.Env = env[2:]
			refs[0].SectionName = "https"
			p.TargetRefs, q.TargetRefs = refs, refs
			p.EntryName = "first"
			p.TargetSelectors = []wasmplugin.TargetSelector{{Kind: "HTTPRoute", MatchLabels: map[string]string{"a": "b"},
				MatchExpressions: []wasmplugin.LabelExpression{{Key: "x", Operator: "In", Values: []string{"1", "2"}}, {Key: "y", Operator: "Exists"}}}}
		case wasmplugin.Istio, wasmplugin.TrafficExtension:
			p.Env, p.Phase, p.Priority, p.VerificationKey = env, wasmplugin.Authn, number(-7), "key"
			p.Selector = map[string]string{"istio": "ingressgateway"}
			p.Match = []wasmplugin.Match{{Mode: "CLIENT", Ports: []uint32{80, 443}}, {}}
			p.FailStrategy = wasmplugin.FailReload
			q.TargetRefs = refs
		case wasmplugin.Higress:
			p.Env, p.Phase, p.Priority, p.VerificationKey = env, wasmplugin.Stats, number(0), "key"
			p.FailStrategy = wasmplugin.FailClose
			prefix := full(kind)
			prefix.Config = []byte(`{"_rules_":[{"_match_route_prefix_":["default/"]}]}`)
			empty := full(kind)
			empty.Config = []byte(`{}`)
			list = append(list, prefix, empty)
		}
		list = append(list, p, q)
	}
	return list
}

// TestRoundTrip: what is written is read as the same plugin, in YAML and in JSON.
func TestRoundTrip(t *testing.T) {
	for _, p := range plugins() {
		y, _, err := wasmplugin.Write(p, p.Kind)
		if err != nil {
			t.Errorf("%s: %v", p.Resource(), err)
			continue
		}
		j, _, err := wasmplugin.JSON(p, p.Kind)
		if err != nil {
			t.Errorf("%s: %v", p.Resource(), err)
		}
		if asJSON, err := kyaml.YAMLToJSONStrict(y); err != nil || strings.Contains(string(y), "!!") || !reflect.DeepEqual(decoded(t, string(asJSON)), decoded(t, string(j))) {
			t.Errorf("%s: kubectl reads %s (%v) of\n%s", p.Resource(), asJSON, err, y)
		}
		for name, text := range map[string][]byte{"a.yaml": y, "a.json": j} {
			back, err := wasmplugin.Parse(name, text)
			if err != nil || len(back) != 1 {
				t.Errorf("%s: %v\n%s", p.Resource(), err, text)
				continue
			}
			got := back[0]
			if !strings.HasPrefix(got.Source, name+":") {
				t.Errorf("source %q", got.Source)
			}
			got = same(got, p)
			if !reflect.DeepEqual(got, p) {
				t.Errorf("%s:\n got %+v\nwant %+v\nconfig %s\nfrom\n%s", p.Resource(), got, p, got.Config, text)
			}
		}
	}
}

// same takes what is about the file from the plugin that was written.
func same(got, p wasmplugin.Plugin) wasmplugin.Plugin {
	v := reflect.ValueOf(&p).Elem()
	g := reflect.New(v.Type()).Elem()
	g.Set(v) // with the unexported field of p
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() && f.Name != "Source" {
			g.Field(i).Set(reflect.ValueOf(got).Field(i))
		}
	}
	return g.Interface().(wasmplugin.Plugin)
}

// TestWritten pins the text of one resource of each kind.
func TestWritten(t *testing.T) {
	p, err := wasmplugin.Parse("rules.yaml", []byte(rules))
	if err != nil {
		t.Fatal(err)
	}
	p[0].TargetRefs = []wasmplugin.TargetRef{{Group: "gateway.networking.k8s.io", Kind: "Gateway", Name: "gw"}}
	want := map[wasmplugin.Kind][]string{
		wasmplugin.Istio:            {"apiVersion: extensions.istio.io/v1alpha1", "kind: WasmPlugin", "    _rules_:\n      - _match_route_:\n          - default/foo\n        content: hello foo", "url: oci://"},
		wasmplugin.Higress:          {"apiVersion: extensions.higress.io/v1alpha1", "  defaultConfig:\n    content: hello higress", "    - config:\n        content: hello world\n      domain:\n        - www.example.com"},
		wasmplugin.TrafficExtension: {"kind: TrafficExtension", "  wasm:\n    pluginConfig:"},
		wasmplugin.EnvoyGateway:     {"apiVersion: gateway.envoyproxy.io/v1alpha1", "kind: EnvoyExtensionPolicy", "    - code:\n        image:\n          url: oci://registry.example/", "        type: Image"},
	}
	for kind, parts := range want {
		text, _, err := wasmplugin.Write(p[0], kind)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		for _, part := range parts {
			if !strings.Contains(string(text), part) {
				t.Errorf("%s: %q is not in\n%s", kind, part, text)
			}
		}
	}
}

// TestUnsayable: what a kind has no word for is told.
func TestUnsayable(t *testing.T) {
	ref := []wasmplugin.TargetRef{{Group: "gateway.networking.k8s.io", Kind: "Gateway", Name: "gw"}}
	for _, c := range []struct {
		name string
		kind wasmplugin.Kind
		set  func(*wasmplugin.Plugin)
		want string // of an error, or after "warning: "
	}{
		{"no target", wasmplugin.EnvoyGateway, func(p *wasmplugin.Plugin) { p.TargetRefs = nil }, "spec.targetRefs: Envoy Gateway wants"},
		{"file", wasmplugin.EnvoyGateway, func(p *wasmplugin.Plugin) { p.URL = "file:///a.wasm" }, "takes images and http"},
		{"variable", wasmplugin.EnvoyGateway, func(p *wasmplugin.Plugin) { p.Env = []wasmplugin.Env{{Name: "A", Value: "secret"}} }, "can't set A"},
		{"ports", wasmplugin.EnvoyGateway, func(p *wasmplugin.Plugin) { p.Match = []wasmplugin.Match{{Ports: []uint32{1}}} }, "spec.match"},
		{"target", wasmplugin.EnvoyGateway, func(p *wasmplugin.Plugin) { p.TargetRefs[0].Kind = "Service" }, "Service of group"},
		{"phase", wasmplugin.EnvoyGateway, func(p *wasmplugin.Plugin) { p.Phase = wasmplugin.Authn }, "warning: Envoy Gateway has no phase"},
		{"reload", wasmplugin.EnvoyGateway, func(p *wasmplugin.Plugin) { p.FailStrategy = wasmplugin.FailReload }, "warning: Envoy Gateway has no FAIL_RELOAD"},
		{"reload", wasmplugin.Higress, func(p *wasmplugin.Plugin) { p.FailStrategy = wasmplugin.FailReload }, "warning: Higress has no FAIL_RELOAD"},
		{"place", wasmplugin.Higress, func(*wasmplugin.Plugin) {}, "warning: Higress puts the plugin on its own gateways"},
		{"ports", wasmplugin.Higress, func(p *wasmplugin.Plugin) { p.Match = []wasmplugin.Match{{Ports: []uint32{1}}} }, "spec.match"},
		{"section", wasmplugin.Istio, func(p *wasmplugin.Plugin) { p.TargetRefs[0].SectionName = "x" }, "sectionName"},
		{"selector", wasmplugin.TrafficExtension, func(p *wasmplugin.Plugin) { p.TargetSelectors = []wasmplugin.TargetSelector{{Kind: "Gateway"}} }, "spec.targetSelectors"},
		{"digits", wasmplugin.Istio, func(p *wasmplugin.Plugin) { p.Config = []byte(`{"a":[9007199254740993]}`) }, "warning: the number has more digits"},
		{"huge", wasmplugin.Istio, func(p *wasmplugin.Plugin) { p.Config = []byte(`{"a":1e999}`) }, "the types of Istio refuse it"},
		{"list", wasmplugin.Istio, func(p *wasmplugin.Plugin) { p.Config = []byte(`[1]`) }, "must be an object"},
		{"scheme", wasmplugin.Istio, func(p *wasmplugin.Plugin) { p.URL = "ftp://user:secret@x/y" }, "none of oci, http, https, file"},
		{"strategy", wasmplugin.Istio, func(p *wasmplugin.Plugin) { p.FailStrategy = "NEVER" }, "refuse it"},
		{"name", wasmplugin.Higress, func(p *wasmplugin.Plugin) { p.Name = "A B" }, "is no name"},
		{"kind", "nomad", func(*wasmplugin.Plugin) {}, "there is no kind"},
	} {
		p := wasmplugin.Plugin{Name: "demo", URL: "registry.example/x:1", FailStrategy: wasmplugin.FailClose, TargetRefs: slices.Clone(ref)}
		c.set(&p)
		text, warnings, err := wasmplugin.Write(p, c.kind)
		if want, ok := strings.CutPrefix(c.want, "warning: "); ok {
			if err != nil || !slices.ContainsFunc(warnings, func(w wasmplugin.Warning) bool { return strings.Contains(w.Text, want) }) {
				t.Errorf("%s, %s: got %v, %v; want %q", c.kind, c.name, warnings, err, want)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") || text != nil {
			t.Errorf("%s, %s: got %v, want %q", c.kind, c.name, err, c.want)
		}
	}
}

// TestUnsetStrategy: a resource without a strategy has none in any kind, since what
// that means is the gateway's own, and older schemas don't know FAIL_RELOAD.
func TestUnsetStrategy(t *testing.T) {
	for given, want := range map[string]string{"": "", "  failStrategy: FAIL_RELOAD\n": "failStrategy: FAIL_RELOAD", "  failStrategy: FAIL_OPEN\n": "failStrategy: FAIL_OPEN"} {
		p, err := wasmplugin.Parse("a.yaml", []byte("apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: a}\nspec:\n  url: oci://registry.example/a:1\n  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: gw}]\n"+given))
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range wasmplugin.Kinds() {
			text, warnings, err := wasmplugin.Write(p[0], kind)
			if err != nil {
				t.Fatal(err)
			}
			if given == "" && strings.Contains(string(text), "fail") {
				t.Errorf("%s: a strategy that the resource does not have:\n%s", kind, text)
			}
			for _, w := range warnings {
				if given == "" && strings.Contains(w.String(), "FAIL_RELOAD") {
					t.Errorf("%s: %s", kind, w)
				}
			}
			if kind == wasmplugin.Istio && !strings.Contains(string(text), want) {
				t.Errorf("%q is not in\n%s", want, text)
			}
		}
	}
}
