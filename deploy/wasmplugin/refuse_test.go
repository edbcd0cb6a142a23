package wasmplugin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// resource wraps a spec, which is indented by two, in a resource on line 1.
func resource(kind wasmplugin.Kind, spec string) string {
	head := map[wasmplugin.Kind]string{
		wasmplugin.Istio:            "extensions.istio.io/v1alpha1, kind: WasmPlugin",
		wasmplugin.TrafficExtension: "extensions.istio.io/v1alpha1, kind: TrafficExtension",
		wasmplugin.Higress:          "extensions.higress.io/v1alpha1, kind: WasmPlugin",
		wasmplugin.EnvoyGateway:     "gateway.envoyproxy.io/v1alpha1, kind: EnvoyExtensionPolicy",
	}[kind]
	apiVersion, k, _ := strings.Cut(head, ", ")
	return fmt.Sprintf("apiVersion: %s\n%s\nmetadata: {name: demo}\nspec:\n%s", apiVersion, k, spec)
}

const url = "  url: oci://registry.example/x:1\n"

// TestRefused: each error says where and what, and no secret.
func TestRefused(t *testing.T) {
	const istio, higress, traffic, gateway = wasmplugin.Istio, wasmplugin.Higress, wasmplugin.TrafficExtension, wasmplugin.EnvoyGateway
	for _, c := range []struct {
		kind       wasmplugin.Kind
		spec, want string
	}{
		{istio, url + "  phse: AUTHN\n", `a.yaml:6: spec.phse: there is no such field; did you mean "phase"?`},
		{istio, url + "  phase: AUTHM\n", `spec.phase: "AUTHM" is none of AUTHN, AUTHZ, STATS, UNSPECIFIED_PHASE; did you mean AUTHN?`},
		{istio, url + "  priority: many\n", "spec.priority: want a whole number, got a text"},
		{istio, url + "  priority: 2147483648\n", "spec.priority: want a whole number from -2147483648 to 2147483647"},
		{istio, url + "  priority: 1.5\n", "spec.priority: want a whole number from"},
		{istio, url + "  sha256: sha256:12\n", `spec.sha256: want 64 digits of 0 to 9 and a to f, without "sha256:"`},
		{istio, "  url: oci://r.example/x@sha256:" + digest + "\n  sha256: '" + strings.Repeat("0", 64) + "'\n", "spec.sha256: is 000"},
		{istio, "  phase: AUTHN\n", "spec.url: is missing; want the address"},
		{istio, "  url: ftp://user:hunter2@host/x\n", `the scheme of "ftp://***@host/x" is none of oci, http, https, file`},
		{istio, "  url: oci://user:hunter2@host/x\n", "an image's address has no user and password"},
		{istio, "  url: oci://host/x@sha256:12\n", "the digest must be sha256: and 64 digits"},
		{istio, "  url: https:///x?token=hunter2\n", "want the address of a .wasm file"},
		{istio, "  url: file://x.wasm\n", "want file:// and the file's whole path"},
		{istio, "  url: 'oci://Host/Upper:1'\n", "in small letters"},
		{istio, "  url: 12\n", "spec.url: want a text, got a number; put it in quotes"},
		{istio, url + "  failStrategy: FAIL_FAST\n", "spec.failStrategy: \"FAIL_FAST\" is none of FAIL_CLOSE, FAIL_OPEN, FAIL_RELOAD"},
		{higress, url + "  failStrategy: FAIL_RELOAD\n", "spec.failStrategy: \"FAIL_RELOAD\" is none of FAIL_CLOSE, FAIL_OPEN"},
		{istio, url + "  imagePullPolicy: Never\n", "spec.imagePullPolicy"},
		{istio, url + "  type: NETWORK\n", "which Sluice does not run"},
		{istio, url + "  defaultConfig: {a: 1}\n", "spec.defaultConfig: is Higress'; write pluginConfig"},
		{istio, url + "  matchRules: []\n", "spec.matchRules: is Higress'"},
		{higress, url + "  selector: {matchLabels: {a: b}}\n", "spec.selector: is Istio's"},
		{istio, url + "  selector: {matchLabels: {a: 1}}\n", "spec.selector.matchLabels.a: want a text, got a number"},
		{istio, url + "  selector: {matchLabels: {a: b}}\n  targetRef: {kind: Gateway, name: x}\n", "spec.targetRefs: and selector exclude each other"},
		{istio, url + "  targetRefs: [{kind: Gateway}]\n", "spec.targetRefs[0]: want kind and name"},
		{istio, url + "  targetRefs: [{kind: Gateway, name: x, namespace: y}]\n", "spec.targetRefs[0].namespace"},
		{istio, url + "  targetRefs: [{kind: Gateway, name: x, sectionName: y}]\n", "spec.targetRefs[0].sectionName"},
		{istio, url + "  match: [{ports: [{number: 0}]}]\n", "spec.match[0].ports[0].number: want a whole number from 1 to 65535"},
		{istio, url + "  match: [{mode: BOTH}]\n", "spec.match[0].mode"},
		{istio, url + "  match: {}\n", "spec.match: want a list, got an object"},
		{istio, url + "  vmConfig: {env: [{name: 1A, value: hunter2}]}\n", "spec.vmConfig.env[0].name: want the name of a variable"},
		{istio, url + "  vmConfig: {env: [{name: A, value: hunter2, valueFrom: HOST}]}\n", "spec.vmConfig.env[0].value: goes with valueFrom: INLINE"},
		{istio, url + "  vmConfig: {env: [{name: A, value: hunter2}, {name: A}]}\n", `spec.vmConfig.env[1].name: the variable "A" is there twice`},
		{istio, url + "  pluginConfig: hunter2\n", "spec.pluginConfig: want an object, got a text"},
		{istio, url + "  pluginConfig: {a: .inf}\n", "spec.pluginConfig.a: JSON has no number for it"},
		{istio, url + "  pluginConfig: {a: !secret hunter2}\n", "the tag \"!secret\" is not read"},
		{istio, url + "  pluginConfig: {a: 1, a: 2}\n", "spec.pluginConfig.a: the key is there twice"},
		{istio, url + "  pluginConfig: {[a]: 1}\n", "a key must be a text, got a list"},
		{istio, url + "  pluginConfig: &x {a: *x}\n", "does an alias hold itself?"},
		{higress, url + "  matchRules: [{config: {a: hunter2}}]\n", "spec.matchRules[0]: the rule matches nothing"},
		{higress, url + "  matchRules: [{ingress: [1]}]\n", "spec.matchRules[0].ingress[0]: want a text"},
		{higress, url + "  matchRules: [{ingres: [a]}]\n", `spec.matchRules[0].ingres: there is no such field; did you mean "ingress"?`},
		{higress, url + "  defaultConfigDisable: maybe\n", "spec.defaultConfigDisable: want true or false"},
		{traffic, "  lua: {inlineCode: x}\n", "spec.lua: a Lua filter is no Wasm plugin"},
		{traffic, "  phase: AUTHN\n", "spec.wasm: is missing"},
		{traffic, "  wasm: {phase: AUTHN}\n", "spec.wasm.phase: there is no such field"},
		{traffic, "  wasm: {pluginConfig: {a: b}}\n", "spec.wasm.url: is missing"},
		{gateway, "  targetRefs: [{kind: Gateway, name: x}]\n", "spec.wasm: is missing"},
		{gateway, "  wasm: [{code: {type: Image, image: {url: r.example/x}}}]\n", "spec.targetRefs: is missing"},
		{gateway, "  targetRefs: [{kind: Gateway, name: x}]\n  wasm: [{code: {type: ConfigMap}}]\n", "spec.wasm[0].code.type: \"ConfigMap\" is none of HTTP, Image"},
		{gateway, "  targetRefs: [{kind: Gateway, name: x}]\n  wasm: [{code: {image: {url: r.example/x}}}]\n", "spec.wasm[0].code.type: is missing"},
		{gateway, "  targetRefs: [{kind: Gateway, name: x}]\n  wasm: [{code: {type: HTTP, image: {url: r.example/x}}}]\n", "type HTTP goes with http"},
		{gateway, "  targetRefs: [{kind: Gateway, name: x}]\n  wasm: [{code: {type: Image, image: {url: 'https://r.example/x'}}}]\n", "does not go with type Image"},
		{gateway, "  targetRefs: [{kind: Gateway, name: x}]\n  wasm: [{code: {type: Image, image: {url: r.example/x, pullSecretRef: {name: a, kind: ConfigMap}}}}]\n", "pullSecretRef.kind"},
		{gateway, "  targetRefs: [{kind: Gateway, name: x}]\n  wasm: [{code: {type: Image, image: {url: r.example/x, pullSecretRef: {name: a, namespace: other}}}}]\n", "pullSecretRef.namespace"},
		{gateway, "  targetRefs: [{kind: Gateway, name: x}]\n  wasm: [{code: {type: Image, image: {url: r.example/x}}, env: {hostKeys: ['a b']}}]\n", "spec.wasm[0].env.hostKeys"},
		{gateway, "  targetRefs: [{kind: Gateway, name: x}]\n  lua: []\n  wasm: [{code: {type: Image, image: {url: r.example/x}}}]\n", "spec.lua: is no Wasm plugin"},
		{gateway, "  targetSelectors: [{matchLabels: {a: b}}]\n  wasm: [{code: {type: Image, image: {url: r.example/x}}}]\n", "spec.targetSelectors[0].kind: is missing"},
	} {
		ps, err := wasmplugin.Parse("a.yaml", []byte(resource(c.kind, c.spec)))
		if err == nil || !strings.Contains(err.Error(), c.want) || len(ps) > 0 {
			t.Errorf("%s\ngot  %v\nwant %s", c.spec, err, c.want)
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("a secret is in %v", err)
		}
		for _, p := range wasmplugin.Problems(err) {
			if p.File != "a.yaml" || p.Line < 4 || p.Resource == "" || p.Path == "" {
				t.Errorf("%s: incomplete: %+v", c.spec, p)
			}
		}
	}
}

// TestRefusedFiles: what is wrong with a file rather than with a field.
func TestRefusedFiles(t *testing.T) {
	good := resource(wasmplugin.Istio, url)
	for _, c := range []struct{ name, text, want string }{
		{"no YAML", "a: [", "a.yaml:1: not valid YAML: "},
		{"no kind", "a: 1\n", "a.yaml:1: want a Kubernetes resource with apiVersion and kind"},
		{"no object", "- 1\n", "a.yaml:1: want an object, got a list"},
		{"no name", strings.Replace(good, "{name: demo}", "{}", 1), "metadata.name: is missing"},
		{"bad name", strings.Replace(good, "demo", "De_mo", 1), `metadata.name: "De_mo" is no name`},
		{"unknown metadata", strings.Replace(good, "demo", "demo, nmespace: x", 1), `metadata.nmespace: there is no such field; did you mean "namespace"?`},
		{"no spec", "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: a}\n", "spec: is missing"},
		{"version", strings.Replace(good, "v1alpha1", "v1", 1), `"WasmPlugin" of "extensions.istio.io/v1" is not known`},
		{"kind", strings.Replace(good, "WasmPlugin", "WasmPlugins", 1), `"WasmPlugins" of "extensions.istio.io/v1alpha1" is not known`},
		{"group", strings.Replace(good, "extensions.istio.io", "extension.istio.io", 1), "is not known; there are"},
		{"twice", good + "---\n" + good, "istio default/demo is also at a.yaml:"},
		{"in a list", "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: extensions.istio.io/v1alpha1, kind: WasmPlugin, metadata: {name: x}, spec: {}}\n", "a.yaml:4: spec.url: is missing"},
		{"large", good + strings.Repeat("#", 3<<20), "a.yaml: has more than"},
		{"many", strings.Repeat("---\na: 1\n", 1001), "more than 1000 documents"},
		{"bomb", "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n---\n" +
			resource(wasmplugin.Istio, url+"  pluginConfig: {a: &a [1,1,1,1,1,1,1,1,1,1], b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a], c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b], d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c], e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d], f: [*e,*e]}\n"), "more than 200000 values"},
		{"deep", resource(wasmplugin.Istio, url+"  pluginConfig: {a: "+strings.Repeat("[", 70)+strings.Repeat("]", 70)+"}\n"), "more than 64 levels"},
	} {
		ps, err := wasmplugin.Parse("a.yaml", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) || len(ps) > 0 {
			t.Errorf("%s: got %.300v, want %s", c.name, err, c.want)
		}
	}
	for _, text := range []string{`{"a":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`} {
		if _, err := wasmplugin.Parse("a.json", []byte(text)); err == nil {
			t.Error("deep JSON was taken")
		}
	}
}

// TestAllAtOnce: all that is wrong with a file is told, up to a bound.
func TestAllAtOnce(t *testing.T) {
	text := resource(wasmplugin.Istio, "  phase: X\n  sha256: y\n  bogus: 1\n") + "---\n" + resource(wasmplugin.Higress, url+"  priority: x\n")
	_, err := wasmplugin.Parse("a.yaml", []byte(text))
	if n := len(wasmplugin.Problems(err)); n != 5 {
		t.Errorf("%d problems, want 5: %v", n, err)
	}
	_, err = wasmplugin.Parse("a.yaml", []byte(strings.Repeat("---\na: 1\n", 200)))
	if n := len(wasmplugin.Problems(err)); n != 50 {
		t.Errorf("%d problems, want 50", n)
	}
	if got := wasmplugin.Broken(err); len(got) != 1 || got[0] != "a.yaml" {
		t.Errorf("broken files: %q", got)
	}
}

// TestBadNameIsToldOnce: a name that is refused is not missing too.
func TestBadNameIsToldOnce(t *testing.T) {
	_, err := wasmplugin.Parse("a.yaml", []byte("apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: ../x}\nspec: {url: \"oci://registry.example/a:1\"}\n"))
	if err == nil || strings.Contains(err.Error(), "missing") || !strings.Contains(err.Error(), "is no name") {
		t.Errorf("%v", err)
	}
}
