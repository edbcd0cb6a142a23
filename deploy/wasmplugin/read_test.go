package wasmplugin_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	kyaml "sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// config parses one resource and gives its configuration.
func config(t *testing.T, text string) string {
	t.Helper()
	ps, err := wasmplugin.Parse("a.yaml", []byte(text))
	if err != nil || len(ps) != 1 {
		t.Fatalf("%v\n%s", err, text)
	}
	return string(ps[0].Config)
}

// TestConfigValues: a configuration is what kubectl would send, but for its
// numbers, which keep their digits.
func TestConfigValues(t *testing.T) {
	for yaml, want := range map[string]string{
		"{a: yes, b: Off, c: y, d: 'yes', e: !!str on}": `{"a":true,"b":false,"c":true,"d":"yes","e":"on"}`,
		"{a: 12345678901234567890, b: 1.10, c: 1e3}":    `{"a":12345678901234567890,"b":1.10,"c":1e3}`,
		"{a: 0x1F, b: 0777, c: 1_000, d: +5, e: .5}":    `{"a":31,"b":511,"c":1000,"d":5,"e":0.5}`,
		"{a: ~, b: null, c: '', d: }":                   `{"a":null,"b":null,"c":"","d":null}`,
		"{a: 2001-01-01, b: 12:30, c: 1.2.3, d: -}":     `{"a":"2001-01-01","b":"12:30","c":"1.2.3","d":"-"}`,
		`{a: "<&>\u00e9\u2028"}`:                        "{\"a\":\"<&>é\\u2028\"}",
		"{b: 1, a: {d: [], c: {}}}":                     `{"a":{"c":{},"d":[]},"b":1}`,
		"{yes: 1, 2: b}":                                `{"2":"b","true":1}`,
		"{<<: {a: 1, b: 1}, a: 2}":                      `{"a":2,"b":1}`,
		"{<<: [{a: 1}, {a: 2, b: 2}], c: 3}":            `{"a":1,"b":2,"c":3}`,
		"{}":                                            `{}`,
	} {
		if got := config(t, resource(wasmplugin.Istio, url+"  pluginConfig: "+yaml+"\n")); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", yaml, got, want)
		}
	}
	if got := config(t, resource(wasmplugin.Istio, url+"  pluginConfig:\n    text: |\n      a\n      b\n")); got != `{"text":"a\nb\n"}` {
		t.Errorf("a block of text: %s", got)
	}
}

// TestLikeKubectl: plain words and keys are what kubectl's reader makes of them.
func TestLikeKubectl(t *testing.T) {
	for _, yaml := range []string{
		"{a: y, b: N, c: NO, d: tRue, e: TRUE, f: on, g: OFF}", "{n: 1, y: 2}", "{a: 08, b: 0o17, c: 0b11, d: 1e3, e: -0}",
		"{a: .5e1, b: 1., c: 1__0, d: 0x, e: +, f: ..}", "{a: <<, b: =, c: '~', d: ~}", "{1.5: a, 0x10: b}",
		"{a: 99999999999999999999, b: -9223372036854775808, c: 18446744073709551615}",
	} {
		got := config(t, resource(wasmplugin.Istio, url+"  pluginConfig: "+yaml+"\n"))
		j, err := kyaml.YAMLToJSON([]byte(yaml))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(decoded(t, got), decoded(t, string(j))) {
			t.Errorf("%s: got %s, kubectl has %s", yaml, got, j)
		}
	}
}

func decoded(t *testing.T, text string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestHigress: matchRules are translated as Higress' controller does it.
func TestHigress(t *testing.T) {
	for _, c := range []struct{ name, spec, want string }{
		{"rules alone", "  matchRules: [{domain: [a.test], config: {x: 1}}]\n", `{"_rules_":[{"_match_domain_":["a.test"],"x":1}]}`},
		{"all at once", "  matchRules: [{domain: [a], ingress: [b/c, d], service: [s.dns]}]\n",
			`{"_rules_":[{"_match_domain_":["a"],"_match_route_":["b/c","d"],"_match_service_":["s.dns"]}]}`},
		{"the rule's field wins", "  matchRules: [{domain: [a], config: {_match_domain_: [z], _match_route_prefix_: [p]}}]\n",
			`{"_rules_":[{"_match_domain_":["a"],"_match_route_prefix_":["p"]}]}`},
		{"a rule that is off", "  defaultConfig: {a: 1}\n  matchRules: [{configDisable: true}, {domain: [a], configDisable: false}]\n",
			`{"_rules_":[{"_match_domain_":["a"]}],"a":1}`},
		{"no default", "  defaultConfig: {a: 1}\n  defaultConfigDisable: true\n  matchRules: [{domain: [a]}]\n", `{"_rules_":[{"_match_domain_":["a"]}]}`},
		{"rules are off", "  matchRules: [{domain: [a], configDisable: true}]\n", `{}`},
		{"rules in the default", "  defaultConfig: {_rules_: [1]}\n  matchRules: [{domain: [a], configDisable: true}]\n", `{"_rules_":[1]}`},
		{"both kinds of rules", "  defaultConfig: {_rules_: [1]}\n  matchRules: [{domain: [a]}]\n", `{"_rules_":[{"_match_domain_":["a"]}]}`},
		{"pluginConfig wins", "  pluginConfig: {}\n  defaultConfig: {a: 1}\n  matchRules: [{}]\n", `{}`},
		{"GRPC", "  matchRules: [{ingress: [a, b], routeType: GRPC}]\n", `{"_rules_":[{"_match_route_":["GRPC","GRPC"]}]}`},
		{"nothing", "", ""},
		{"exact numbers", "  matchRules: [{domain: [a], config: {num: 9007199254740993}}]\n", `{"_rules_":[{"_match_domain_":["a"],"num":9007199254740993}]}`},
	} {
		if got := config(t, resource(wasmplugin.Higress, url+c.spec)); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestHigressTold: what Higress does without a word is told.
func TestHigressTold(t *testing.T) {
	for spec, want := range map[string]string{
		"  pluginConfig: {}\n  defaultConfig: {a: 1}\n":     "a.yaml:5: spec.pluginConfig: Higress ignores",
		"  matchRules: [{ingress: [a], routeType: GRPC}]\n": "a.yaml:6: spec.matchRules[0].routeType: Higress writes the route name GRPC",
	} {
		c, err := wasmplugin.Read("a.yaml", []byte(resource(wasmplugin.Higress, url+spec)))
		if err != nil || len(c.Warnings) != 1 || !strings.HasPrefix(c.Warnings[0].String(), want) {
			t.Errorf("%s: %v %v", spec, c.Warnings, err)
		}
	}
	c, err := wasmplugin.Read("a.yaml", []byte(resource(wasmplugin.Higress, url+"  defaultConfigDisable: true\n")))
	if err != nil || len(c.Plugins) != 0 || len(c.Skipped) != 1 || !strings.Contains(c.Skipped[0].Reason, "nowhere") {
		t.Errorf("a plugin that is off: %+v %v", c, err)
	}
}

// TestKinds reads each kind with its defaults.
func TestKinds(t *testing.T) {
	text := resource(wasmplugin.Istio, "  url: registry.example:5000/x:1\n  targetRef: {kind: Gateway, name: g}\n  priority: null\n  phase: UNSPECIFIED_PHASE\n  imagePullPolicy: UNSPECIFIED_POLICY\n  match: [{mode: UNDEFINED}]\n  type: HTTP\n") +
		"---\n# nothing\n---\n" +
		resource(wasmplugin.EnvoyGateway, "  targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: r}\n  wasm:\n"+
			"  - {name: one, rootID: r, code: {type: Image, image: {url: r.example/x:1, pullSecretRef: {name: s}}}, config: {a: 1}}\n"+
			"  - {code: {type: HTTP, http: {url: 'http://r.example/x.wasm'}, pullPolicy: Always}, failOpen: true, env: {hostKeys: [A]}}\n") +
		"---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n---\napiVersion: gateway.envoyproxy.io/v1alpha1\nkind: SecurityPolicy\nmetadata: {name: sec}\n"
	c, err := wasmplugin.Read("a.yaml", []byte(text))
	if err != nil || len(c.Plugins) != 3 {
		t.Fatalf("%v %+v", err, c)
	}
	p := c.Plugins[0]
	if p.URL != "oci://registry.example:5000/x:1" || p.Namespace != "default" || p.FailStrategy != wasmplugin.FailReload ||
		p.Priority != nil || p.Phase != "" || p.PullPolicy != "" || len(p.TargetRefs) != 1 || p.Config != nil || p.Match[0].Mode != "" || p.Source != "a.yaml:1" {
		t.Errorf("%+v", p)
	}
	one, two := c.Plugins[1], c.Plugins[2]
	if one.PullSecret != "s" || one.EntryName != "one" || one.PluginName != "r" || one.FailStrategy != wasmplugin.FailReload || string(one.Config) != `{"a":1}` {
		t.Errorf("%+v", one)
	}
	if two.Entry != 1 || two.FailStrategy != wasmplugin.FailOpen || two.PullPolicy != wasmplugin.Always || len(two.Env) != 1 || !two.Env[0].FromHost ||
		two.ID() != "envoy-gateway default/demo#1" || one.ID() != "envoy-gateway default/demo" || two.Source == one.Source {
		t.Errorf("%+v", two)
	}
	var skipped []string
	for _, s := range c.Skipped {
		skipped = append(skipped, s.Kind+" "+s.Name)
	}
	if !slices.Equal(skipped, []string{"Service web", "SecurityPolicy sec"}) {
		t.Errorf("skipped %q", skipped)
	}
}

// TestLists: a list's items are resources, in both forms.
func TestLists(t *testing.T) {
	for _, head := range []string{"apiVersion: v1\nkind: List\n", "apiVersion: extensions.higress.io/v1alpha1\nkind: WasmPluginList\nmetadata: {resourceVersion: '1'}\n"} {
		ps, err := wasmplugin.Parse("a.yaml", []byte(head+"items:\n"+
			"- {apiVersion: extensions.higress.io/v1alpha1, kind: WasmPlugin, metadata: {name: a, uid: x, managedFields: []}, spec: {url: r.example/a}, status: {x: y}}\n"+
			"- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n"))
		if err != nil || len(ps) != 1 || ps[0].Name != "a" || ps[0].Source != "a.yaml:"+map[bool]string{true: "4", false: "5"}[head[12] == 'v'] {
			t.Errorf("%v %+v", err, ps)
		}
	}
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func names(ps []wasmplugin.Plugin) (list []string) {
	for _, p := range ps {
		list = append(list, p.Name)
	}
	return list
}

func called(name string) string {
	return strings.Replace(resource(wasmplugin.Istio, url), "demo", name, 1)
}

// TestReadDir: one broken file hides no other, and is named.
func TestReadDir(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "b.yaml", called("b")+"---\n"+called("b2"))
	put(t, dir, "a.json", `{"apiVersion":"extensions.istio.io/v1alpha1","kind":"WasmPlugin","metadata":{"name":"a"},"spec":{"url":"r.example/a"}}`)
	put(t, dir, "c.yml", called("c")+"---\n"+called("C"))
	put(t, dir, ".hidden.yaml", "no: [")
	put(t, dir, "README.md", "no: [")
	if err := os.Mkdir(filepath.Join(dir, "d.yaml"), 0o700); err != nil {
		t.Fatal(err)
	}
	ps, err := wasmplugin.ReadDir(dir)
	if got := names(ps); !slices.Equal(got, []string{"a", "b", "b2"}) {
		t.Errorf("got %q", got)
	}
	if got := wasmplugin.Broken(err); !slices.Equal(got, []string{filepath.Join(dir, "c.yml")}) {
		t.Errorf("broken %q: %v", got, err)
	}
	if err := os.Symlink(filepath.Join(dir, "nowhere"), filepath.Join(dir, "e.yaml")); err != nil {
		t.Fatal(err)
	}
	if ps, err := wasmplugin.ReadDir(dir); len(ps) != 3 || len(wasmplugin.Broken(err)) != 2 {
		t.Errorf("a link to nothing: %d plugins, %v", len(ps), err)
	}
	if _, err := wasmplugin.ReadDir(filepath.Join(dir, "none")); err == nil {
		t.Error("no directory, no error")
	}
}

// TestTwice: of two resources with one name neither is used, and both are named.
func TestTwice(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.yaml", called("same")+"---\n"+called("other"))
	put(t, dir, "b.yaml", "# a line\n"+called("same"))
	put(t, dir, "c.yaml", strings.Replace(called("same"), "istio", "higress", 1))
	ps, err := wasmplugin.ReadDir(dir)
	if got := names(ps); !slices.Equal(got, []string{"other", "same"}) || ps[1].Kind != wasmplugin.Higress {
		t.Errorf("got %q", got)
	}
	a, b := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "b.yaml")
	if err == nil || !strings.Contains(err.Error(), a+":1: metadata.name: istio default/same is also at "+b+":2") ||
		!strings.Contains(err.Error(), b+":2: metadata.name: istio default/same is also at "+a+":1") || len(wasmplugin.Problems(err)) != 2 {
		t.Error(err)
	}
}

func TestOrder(t *testing.T) {
	n := func(v int64) *int64 { return &v }
	want := []wasmplugin.Plugin{
		{Name: "z", Phase: wasmplugin.Authn}, {Name: "a", Phase: wasmplugin.Authz, Priority: n(-5)}, {Name: "a", Phase: wasmplugin.Stats},
		{Name: "p", Priority: n(100)}, {Name: "a", Namespace: "b", Priority: n(0)}, {Name: "b", Namespace: "a", Priority: n(0)}, {Name: "b", Namespace: "b", Priority: n(0)},
		{Name: "q", Priority: n(-2147483647)}, {Name: "e"}, {Name: "e", Entry: 1}, {Name: "f"},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	wasmplugin.Order(got)
	for i := range want {
		if got[i].ID() != want[i].ID() || got[i].Phase != want[i].Phase {
			t.Errorf("%d is %s, want %s", i, got[i].ID(), want[i].ID())
		}
	}
}

func TestParseConfig(t *testing.T) {
	for text, want := range map[string]string{"b: 1\na: yes\n": `{"a":true,"b":1}`, "": "", "# x\n": "", `{"n":1.0}`: `{"n":1.0}`} {
		if got, err := wasmplugin.ParseConfig("c.yaml", []byte(text)); err != nil || string(got) != want {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
	for _, bad := range []string{"a", "[1]", "a: 1\n---\nb: 2\n", "a: ["} {
		if got, err := wasmplugin.ParseConfig("c.yaml", []byte(bad)); err == nil || !strings.HasPrefix(err.Error(), "c.yaml:") || got != nil {
			t.Errorf("%q: %s, %v", bad, got, err)
		}
	}
}
