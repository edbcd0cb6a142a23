package apply

import (
	"errors"
	"net/http"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

func TestApplyPinsAndRepeats(t *testing.T) {
	l := newLab(t)
	digest := l.push("demo:1", "one")
	o := l.options(l.file("demo:1", "{mark: a}"), "eu", "us")
	r := l.apply(o)
	for i, c := range r.Contexts {
		got := c.Objects[0]
		if got.Action != kube.Created || got.Revision != 1 || got.Digest != digest || got.Image != l.host+"/demo:1" {
			t.Errorf("context %d: %+v", i, got)
		}
	}
	before := l.eu.Object(demo)
	if url := before["spec"].(map[string]any)["url"]; url != "oci://"+l.host+"/demo@"+digest {
		t.Errorf("url %v", url)
	}
	if again := l.apply(o); again.Contexts[0].Objects[0].Action != kube.Unchanged || !reflect.DeepEqual(before, l.eu.Object(demo)) {
		t.Errorf("again: %+v", again.Contexts[0].Objects[0])
	}
	now := l.push("demo:1", "two")
	if moved := l.apply(o).Contexts[0].Objects[0]; moved.Digest != now || moved.Revision != 2 {
		t.Errorf("after the tag moved: %+v", moved)
	}
}

func TestApplyIsRefusedBeforeAnyClusterHears(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	asked := false
	l.eu.BreakWith(func(http.ResponseWriter, *http.Request) bool { asked = true; return false })
	file := l.file("demo:1", "{mark: a}")
	for name, o := range map[string]Options{
		"no file":        {},
		"a lost file":    l.options(file + ".lost"),
		"a lost image":   l.options(l.file("demo:lost", "{}")),
		"an own file":    func() Options { o := l.options(file); o.Image = "file:///x.wasm"; return o }(),
		"twice the same": func() Options { o := l.options(file); o.Files = []string{file, file}; return o }(),
		"two namespaces": func() Options {
			other := filepath.Join(t.TempDir(), "demo.yaml")
			write(t, other, "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: demo, namespace: a}\nspec: {url: \"oci://"+l.host+"/demo:1\"}\n")
			o := l.options(other)
			o.Clusters.Namespace = "b"
			return o
		}(),
	} {
		if r, err := Apply(t.Context(), o); err == nil || r != nil {
			t.Errorf("%s: %v %v", name, r, err)
		}
	}
	if asked {
		t.Error("a cluster was asked")
	}
}

func TestOneContextDown(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	o := l.options(l.file("demo:1", "{}"), "eu", "dead")
	r, err := Apply(t.Context(), o)
	if !errors.Is(err, ErrNothingDone) || !errors.Is(err, kube.ErrUnreachable) || l.eu.Object(demo) != nil {
		t.Errorf("error %v, object %v", err, l.eu.Object(demo))
	}
	if len(r.Contexts) != 2 || len(r.Contexts[0].Objects) != 0 || r.Contexts[1].Error == "" {
		t.Errorf("result %+v", r)
	}
	o.Clusters.Partial = true
	r, err = Apply(t.Context(), o)
	if err == nil || errors.Is(err, ErrNothingDone) || l.eu.Object(demo) == nil || r.Contexts[0].Objects[0].Action != kube.Created {
		t.Errorf("--partial: %v, result %+v", err, r)
	}
}

// failsToWrite takes dry runs and refuses all else.
func failsToWrite(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodPatch || r.URL.Query().Has("dryRun") {
		return false
	}
	http.Error(w, "down", http.StatusInternalServerError)
	return true
}

func TestHalfWay(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	l.apply(l.options(l.file("demo:1", "{mark: old}"), "eu"))
	before := l.eu.Object(demo)
	l.us.BreakWith(failsToWrite)
	o := l.options(l.file("demo:1", "{mark: new}"), "eu", "us")
	r, err := Apply(t.Context(), o)
	if err == nil || !r.Contexts[0].Undone || !reflect.DeepEqual(before["spec"], l.eu.Object(demo)["spec"]) || l.us.Object(demo) != nil {
		t.Errorf("error %v, result %+v", err, r)
	}
	o.Clusters.Partial = true
	if r, err = Apply(t.Context(), o); err == nil || r.Contexts[0].Undone || reflect.DeepEqual(before["spec"], l.eu.Object(demo)["spec"]) {
		t.Errorf("--partial: error %v, result %+v", err, r)
	}
}

func TestUndoneOnlyWhereNobodyWrote(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	l.us.BreakWith(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPatch && !r.URL.Query().Has("dryRun") {
			other := l.eu.Object(demo)
			other["spec"].(map[string]any)["phase"] = "STATS"
			l.eu.Put(demo, "other", other)
		}
		return failsToWrite(w, r)
	})
	r, err := Apply(t.Context(), l.options(l.file("demo:1", "{}"), "eu", "us"))
	if !errors.Is(err, kube.ErrChanged) || r.Contexts[0].Undone || l.eu.Object(demo) == nil {
		t.Errorf("error %v, result %+v: somebody else's object must stay", err, r)
	}
}

func TestDryRunAndDiff(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	o := l.options(l.file("demo:1", "{mark: a, password: hunter2}"), "eu")
	o.Secret = func(name string) bool { return name == "password" }
	r, err := Diff(t.Context(), o)
	if err != nil || !r.Differs() || !r.DryRun || l.eu.Object(demo) != nil {
		t.Fatalf("%v %+v", err, r)
	}
	if text := r.Contexts[0].Objects[0].Diff; !strings.Contains(text, "mark: a") || strings.Contains(text, "hunter2") {
		t.Errorf("diff:\n%s", text)
	}
	l.apply(o)
	if r, err := Diff(t.Context(), o); err != nil || r.Differs() {
		t.Errorf("after apply: %v %+v", err, r)
	}
}

func TestRender(t *testing.T) {
	l := newLab(t)
	digest := l.push("demo:1", "one")
	o := l.options(l.file("demo:1", "{}"), "dead")
	for kind, want := range map[wasmplugin.Kind]string{
		"": "kind: WasmPlugin", wasmplugin.TrafficExtension: "kind: TrafficExtension",
		wasmplugin.Higress: "apiVersion: extensions.higress.io/v1alpha1",
	} {
		o.For = kind
		text, _, err := Render(t.Context(), o)
		if err != nil || !strings.Contains(string(text), want) || !strings.Contains(string(text), digest) || strings.Contains(string(text), "namespace:") {
			t.Errorf("%s: %v\n%s", kind, err, text)
		}
	}
	o.For, o.Clusters.Namespace = "", "team"
	if text, _, err := Render(t.Context(), o); err != nil || !strings.Contains(string(text), "namespace: team") {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestPullAgain(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	o := l.options(l.file("demo:1", "{}"), "eu")
	l.apply(o)
	o.PullAgain = true
	if r := l.apply(o); r.Contexts[0].Objects[0].Action != kube.Configured {
		t.Errorf("%+v", r.Contexts[0].Objects[0])
	}
	o.PullAgain = false
	if r := l.apply(o); r.Contexts[0].Objects[0].Action != kube.Unchanged {
		t.Errorf("afterwards: %+v", r.Contexts[0].Objects[0])
	}
}

// TestPinnedFileIsTheSame: what Render wrote is no change, and keeps the tag's name.
func TestPinnedFileIsTheSame(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	o := l.options(l.file("demo:1", "{}"), "eu")
	l.apply(o)
	text, _, err := Render(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	pinned := filepath.Join(t.TempDir(), "pinned.yaml")
	write(t, pinned, string(text))
	if got := l.apply(l.options(pinned, "eu")).Contexts[0].Objects[0]; got.Action != kube.Unchanged || got.Revision != 1 {
		t.Errorf("%+v", got)
	}
	o = l.options(pinned, "eu")
	o.Image = l.host + "/demo@" + l.push("demo:2", "two")
	if got := l.apply(o).Contexts[0].Objects[0]; got.Image != o.Image {
		t.Errorf("--image: %+v", got)
	}
	write(t, pinned, strings.Replace(string(text), "sluice.dev/image: "+l.host, "sluice.dev/image: other.example", 1))
	if got := l.apply(l.options(pinned, "eu")).Contexts[0].Objects[0]; strings.Contains(got.Image, "other.example") || !strings.Contains(got.Image, "@sha256:") {
		t.Errorf("an annotation of another image: %+v", got)
	}
}

// TestPoliciesKeepTheirNamespaces: a policy that names "default" does not take one
// there that goes where the context says.
func TestPoliciesKeepTheirNamespaces(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	file := filepath.Join(t.TempDir(), "two.yaml")
	text := ""
	for name, namespace := range map[string]string{"here": "", "there": ", namespace: default"} {
		text += "---\napiVersion: gateway.envoyproxy.io/v1alpha1\nkind: EnvoyExtensionPolicy\nmetadata: {name: " + name + namespace + "}\nspec:\n" +
			"  targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: gw}]\n  wasm: [{name: x, code: {type: Image, image: {url: " + l.host + "/demo:1}}}]\n"
	}
	write(t, file, text)
	o := l.options(file, "eu")
	o.For = wasmplugin.EnvoyGateway
	got, _, err := Render(t.Context(), o)
	if err != nil || strings.Count(string(got), "namespace:") != 1 || strings.Count(string(got), "kind: EnvoyExtensionPolicy") != 2 {
		t.Errorf("%v\n%s", err, got)
	}
}
