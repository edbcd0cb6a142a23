package kube_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/kube/kubetest"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

const demoPath = "extensions.istio.io/v1alpha1/namespaces/team/wasmplugins/demo"

// open connects to a server in memory.
func open(t *testing.T) (*kube.Cluster, *kubetest.Server) {
	t.Helper()
	s := kubetest.New(t)
	c, err := kube.Open(kube.Options{Kubeconfig: kubetest.Kubeconfig(t, []string{"one"}, s.URL), Namespace: "team"})
	if err != nil {
		t.Fatal(err)
	}
	return c, s
}

func apply(t *testing.T, c *kube.Cluster, obj, live *kube.Object, o kube.ApplyOptions) *kube.Applied {
	t.Helper()
	a, err := c.Apply(t.Context(), obj, live, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestApply(t *testing.T) {
	c, s := open(t)
	if a := apply(t, c, plugin(t, "one"), nil, kube.ApplyOptions{DryRun: true}); a.Action != kube.Created || s.Object(demoPath) != nil {
		t.Errorf("dry run: %s, object %v", a.Action, s.Object(demoPath))
	}
	first := apply(t, c, plugin(t, "one"), nil, kube.ApplyOptions{})
	if first.Action != kube.Created || !first.After.Ours() {
		t.Errorf("first: %s, ours %v", first.Action, first.After.Ours())
	}
	again := apply(t, c, plugin(t, "one"), first.After, kube.ApplyOptions{})
	if again.Action != kube.Unchanged || again.After.ResourceVersion() != first.After.ResourceVersion() {
		t.Errorf("again: %s, version %s then %s", again.Action, first.After.ResourceVersion(), again.After.ResourceVersion())
	}
	two := apply(t, c, plugin(t, "two"), first.After, kube.ApplyOptions{})
	if two.Action != kube.Configured {
		t.Errorf("two: %s", two.Action)
	}
	if _, err := c.Apply(t.Context(), plugin(t, "three"), first.After, kube.ApplyOptions{}); !errors.Is(err, kube.ErrChanged) {
		t.Errorf("with an old version: %v, want ErrChanged", err)
	}
	if err := c.Undo(t.Context(), two); err != nil {
		t.Fatal(err)
	}
	live, err := c.Get(t.Context(), wasmplugin.Istio, "", "demo")
	if err != nil {
		t.Fatal(err)
	}
	if text := diff(t, first.After, live, nil); text != "" || !live.Ours() {
		t.Errorf("after Undo, ours %v:\n%s", live.Ours(), text)
	}
	if err := c.Undo(t.Context(), first); !errors.Is(err, kube.ErrChanged) {
		t.Errorf("Undo of what was written again: %v, want ErrChanged", err)
	}
}

func TestConflict(t *testing.T) {
	c, s := open(t)
	s.Put(demoPath, "other-tool", map[string]any{"apiVersion": "extensions.istio.io/v1alpha1", "kind": "WasmPlugin",
		"metadata": map[string]any{"name": "demo", "namespace": "team"}, "spec": map[string]any{"url": "oci://other.example/x", "phase": "AUTHN"}})
	_, err := c.Apply(t.Context(), plugin(t, "one"), nil, kube.ApplyOptions{})
	var held *kube.ConflictError
	if !errors.As(err, &held) || !reflect.DeepEqual(held.Held, []kube.Held{{Manager: "other-tool", Fields: []string{".spec.url"}}}) {
		t.Fatalf("error %v", err)
	}
	for _, want := range []string{"context one", "other-tool", ".spec.url", "--force-conflicts"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q lacks %q", err, want)
		}
	}
	apply(t, c, plugin(t, "one"), nil, kube.ApplyOptions{Force: true})
}

func TestFindAndList(t *testing.T) {
	c, s := open(t)
	ctx := t.Context()
	if obj, err := c.Find(ctx, kube.Kinds(), "", "demo"); obj != nil || err != nil {
		t.Errorf("of nothing: %v %v", obj, err)
	}
	apply(t, c, plugin(t, "one"), nil, kube.ApplyOptions{})
	if obj, err := c.Find(ctx, kube.Kinds(), "", "demo"); err != nil || obj.Kind != wasmplugin.Istio {
		t.Errorf("%v %v", obj, err)
	}
	s.Put("extensions.higress.io/v1alpha1/namespaces/team/wasmplugins/demo", "other", map[string]any{
		"apiVersion": "extensions.higress.io/v1alpha1", "kind": "WasmPlugin", "metadata": map[string]any{"name": "demo", "namespace": "team"}})
	if _, err := c.Find(ctx, kube.Kinds(), "", "demo"); err == nil || !strings.Contains(err.Error(), "--for") {
		t.Errorf("of two: %v", err)
	}
	if all, err := c.List(ctx, wasmplugin.Istio, ""); err != nil || len(all) != 1 {
		t.Errorf("List: %v %v", all, err)
	}
	if all, err := c.List(ctx, wasmplugin.Higress, ""); err != nil || len(all) != 0 {
		t.Errorf("List of another tool's: %v %v", all, err)
	}
	if name := c.User(ctx); name != "tester" {
		t.Errorf("user %q", name)
	}
}

// status answers as an API server that refuses.
func status(code int, reason string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_, _ = w.Write([]byte(`{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"` + reason + `","message":"said the test"}`))
		return true
	}
}

func TestErrorsHaveNames(t *testing.T) {
	c, s := open(t)
	for _, test := range []struct {
		hook func(http.ResponseWriter, *http.Request) bool
		want error
	}{
		{status(401, "Unauthorized"), kube.ErrForbidden},
		{status(403, "Forbidden"), kube.ErrForbidden},
		{status(404, "NotFound"), kube.ErrNotFound},
		{status(409, "Conflict"), kube.ErrChanged},
		{status(422, "Invalid"), kube.ErrInvalid},
		{status(503, "ServiceUnavailable"), kube.ErrUnreachable},
		{func(w http.ResponseWriter, _ *http.Request) bool { panic(http.ErrAbortHandler) }, kube.ErrUnreachable},
	} {
		s.BreakWith(test.hook)
		_, err := c.Apply(t.Context(), plugin(t, "one"), nil, kube.ApplyOptions{})
		if !errors.Is(err, test.want) || !strings.HasPrefix(err.Error(), "context one: apply WasmPlugin team/demo: ") {
			t.Errorf("error %v, want %v", err, test.want)
		}
	}
	s.Close()
	if _, err := c.Serves(t.Context(), wasmplugin.Istio); !errors.Is(err, kube.ErrUnreachable) {
		t.Errorf("a server that is gone: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Get(ctx, wasmplugin.Istio, "", "demo"); err == nil {
		t.Error("Get with a canceled context")
	}
}

func TestOpen(t *testing.T) {
	config := kubetest.Kubeconfig(t, []string{"one", "two"}, "https://user:secret@one.example", "https://two.example")
	c, err := kube.Open(kube.Options{Kubeconfig: config})
	if err != nil || c.Context != "one" || c.Server != "https://one.example" || c.Namespace != "default" {
		t.Errorf("%+v %v", c, err)
	}
	if c, err := kube.Open(kube.Options{Kubeconfig: config, Context: "two"}); err != nil || c.Context != "two" {
		t.Errorf("%+v %v", c, err)
	}
	_, err = kube.Open(kube.Options{Kubeconfig: config, Context: "three"})
	if err == nil || !strings.Contains(err.Error(), `"three"`) || !strings.Contains(err.Error(), `"one" "two"`) {
		t.Errorf("an unknown context: %v", err)
	}
	if _, err = kube.Open(kube.Options{Kubeconfig: "/does/not/exist"}); err == nil {
		t.Error("a kubeconfig that is not there")
	}
}

func TestNeeds(t *testing.T) {
	c, s := open(t)
	if err := c.Needs(t.Context(), wasmplugin.Istio); err != nil {
		t.Errorf("Istio: %v", err)
	}
	s.BreakWith(status(404, "NotFound"))
	if err := c.Needs(t.Context(), wasmplugin.EnvoyGateway); !errors.Is(err, kube.ErrNoKind) || !strings.Contains(err.Error(), "install Envoy Gateway") {
		t.Errorf("without the kind: %v", err)
	}
}

func TestDelete(t *testing.T) {
	c, s := open(t)
	a := apply(t, c, plugin(t, "one"), nil, kube.ApplyOptions{})
	if err := c.Delete(t.Context(), a.After, true); err != nil || s.Object(demoPath) == nil {
		t.Errorf("dry run: %v", err)
	}
	if seen, ok, err := waitGone(t, c, a.After); ok || err != nil || seen != "it is there" {
		t.Errorf("%q %v %v", seen, ok, err)
	}
	if err := c.Delete(t.Context(), a.After, false); err != nil || s.Object(demoPath) != nil {
		t.Errorf("%v", err)
	}
	if err := c.Delete(t.Context(), a.After, false); err != nil {
		t.Errorf("again: %v", err)
	}
	if seen, ok, err := waitGone(t, c, a.After); !ok || err != nil {
		t.Errorf("%q %v %v", seen, ok, err)
	}
}

func waitGone(t *testing.T, c *kube.Cluster, o *kube.Object) (string, bool, error) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	return c.WaitGone(ctx, o)
}

func TestMissingNamespace(t *testing.T) {
	c, s := open(t)
	s.BreakWith(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","code":404,"message":"namespaces \"team\" not found","details":{"name":"team","kind":"namespaces"}}`))
		return true
	})
	_, err := c.Apply(t.Context(), plugin(t, "one"), nil, kube.ApplyOptions{})
	if !errors.Is(err, kube.ErrNotFound) || !strings.Contains(err.Error(), `no namespace "team"; create it`) {
		t.Errorf("%v", err)
	}
}

func TestNoKubeconfig(t *testing.T) {
	t.Setenv("KUBECONFIG", t.TempDir()+"/none")
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	_, err := kube.Open(kube.Options{})
	if err == nil || !strings.Contains(err.Error(), "--kubeconfig") || strings.Contains(err.Error(), "KUBERNETES_MASTER") {
		t.Errorf("%v", err)
	}
}
