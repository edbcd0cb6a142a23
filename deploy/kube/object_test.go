package kube_test

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

func TestParseObject(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "there are 0 resources",
		"a: [":                      "yaml",
		"kind: WasmPlugin":          "no kind of resource that runs plugins",
		"apiVersion: v1\nkind: Pod": "v1 Pod is no kind",
		"apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin":                     "has no name",
		"apiVersion: extensions.istio.io/v1beta1\nkind: WasmPlugin\nmetadata: {name: x}": "no kind",
		"- 1": "",
	} {
		_, err := kube.ParseObject([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
	o := parse(t, "apiVersion: extensions.higress.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: x}\n")
	if o.Kind != wasmplugin.Higress || o.Name() != "x" || o.Namespace() != "" || o.String() != "Higress WasmPlugin x" {
		t.Errorf("%s: kind %s", o, o.Kind)
	}
	if in := o.In("team"); in.String() != "Higress WasmPlugin team/x" || o.Namespace() != "" {
		t.Errorf("In: %s, and the first is %s", in, o)
	}
	if in := o.In("team").In(""); in.Namespace() != "" {
		t.Errorf("In(\"\"): %s", in)
	}
}

func TestAnnotate(t *testing.T) {
	o := parse(t, "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: x}\n")
	with := o.Annotate(map[string]string{"a": "1", "b": "2"})
	if with.Annotation("a") != "1" || o.Annotation("a") != "" {
		t.Errorf("a is %q, and %q in the first", with.Annotation("a"), o.Annotation("a"))
	}
	text, err := with.Annotate(map[string]string{"a": "", "b": ""}).YAML()
	if err != nil || strings.Contains(string(text), "annotations") {
		t.Errorf("%v: without annotations:\n%s", err, text)
	}
}

func TestReadNamed(t *testing.T) {
	named, err := kube.ReadNamed([]byte(`apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: one, namespace: default}
---
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: two}
---
apiVersion: v1
kind: List
items:
- apiVersion: extensions.higress.io/v1alpha1
  kind: WasmPlugin
  metadata: {name: three, namespace: team}
- 7
---
# nothing
---
apiVersion: v1
kind: Pod
metadata: {name: four, namespace: team}
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(named) != 2 || !named.Has(wasmplugin.Istio, "default", "one") || !named.Has(wasmplugin.Higress, "team", "three") || named.Has(wasmplugin.Istio, "default", "two") {
		t.Errorf("named %v", named)
	}
	for _, broken := range []string{"a: [", "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: one}\nspec: {url: 7}"} {
		if _, _, err := kube.ReadPlugins("x.yaml", []byte(broken)); err == nil || !strings.HasPrefix(err.Error(), "x.yaml:") {
			t.Errorf("%q: %v", broken, err)
		}
	}
}
