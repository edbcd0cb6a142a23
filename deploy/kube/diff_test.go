package kube_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/kube"
)

func diff(t *testing.T, before, after *kube.Object, secret func(string) bool) string {
	t.Helper()
	text, err := kube.Diff(before, after, secret)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestDiff(t *testing.T) {
	one, two := plugin(t, "one"), plugin(t, "two")
	if text := diff(t, one, plugin(t, "one"), nil); text != "" {
		t.Errorf("the same:\n%s", text)
	}
	want := `   namespace: team
 spec:
   pluginConfig:
-    content: one
+    content: two
   url: oci://registry.example/demo
`
	if text := diff(t, one, two, nil); text != "...\n"+want && text != want {
		t.Errorf("got:\n%s\nwant:\n%s", text, want)
	}
	if text := diff(t, nil, one, nil); strings.Count(text, "\n+")+1 != strings.Count(text, "\n") || !strings.HasPrefix(text, "+apiVersion") {
		t.Errorf("a new one:\n%s", text)
	}
	if text := diff(t, one, nil, nil); !strings.HasPrefix(text, "-apiVersion") {
		t.Errorf("one that goes:\n%s", text)
	}
}

func TestDiffLeavesOutWhatTheClusterWrites(t *testing.T) {
	live := parse(t, `{"apiVersion":"extensions.istio.io/v1alpha1","kind":"WasmPlugin","metadata":{"name":"demo","namespace":"team",
"uid":"u","resourceVersion":"7","generation":3,"creationTimestamp":"2026-01-01T00:00:00Z","managedFields":[{"manager":"x","operation":"Apply"}]},
"spec":{"url":"oci://registry.example/demo","pluginConfig":{"content":"one"}},"status":{"conditions":[]}}`)
	sent, _ := revise(t, plugin(t, "one"), nil, kube.Change{By: "ann"})
	if text := diff(t, live, sent, nil); text != "" {
		t.Errorf("it differs:\n%s", text)
	}
}

func TestDiffHidesSecrets(t *testing.T) {
	secret := func(name string) bool { return name == "content" }
	text := diff(t, plugin(t, "hunter2hunter2"), plugin(t, "swordfish"), secret)
	if strings.Contains(text, "hunter2") || strings.Contains(text, "swordfish") {
		t.Errorf("a secret is shown:\n%s", text)
	}
	if !strings.Contains(text, "-    content: '*** (old)'") || !strings.Contains(text, "+    content: '*** (new)'") {
		t.Errorf("it does not show that the secret changed:\n%s", text)
	}
	if text := diff(t, plugin(t, "hunter2"), plugin(t, "hunter2"), secret); text != "" {
		t.Errorf("the same secret:\n%s", text)
	}
	if text := diff(t, nil, plugin(t, "hunter2"), secret); strings.Contains(text, "hunter2") {
		t.Errorf("a secret of a new object is shown:\n%s", text)
	}
}

// TestDiffOfMuch has more lines than a table is made for.
func TestDiffOfMuch(t *testing.T) {
	many := func(from int) *kube.Object {
		var b strings.Builder
		b.WriteString("apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: demo}\nspec:\n  url: oci://r.example/x\n  pluginConfig:\n    a:\n")
		for i := range 3000 {
			fmt.Fprintf(&b, "    - %d\n", from+i)
		}
		return parse(t, b.String())
	}
	text := diff(t, many(0), many(100000), nil)
	if gone, added := strings.Count(text, "\n-"), strings.Count(text, "\n+"); gone != 3000 || added != 3000 {
		t.Errorf("%d lines gone and %d new, want 3000 of each", gone, added)
	}
}
