package apply

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/oci/policy"
	"github.com/sluiceproxy/sluice/deploy/kube"
)

func (l *lab) rollback(to int, contexts ...string) RollbackOptions {
	return RollbackOptions{Named: Named{Name: "demo"}, To: to, Clusters: l.clusters(contexts...), Images: l.withImages()}
}

// down makes the registry answer nothing of use.
func (l *lab) down() {
	l.images.BreakWith(func(w http.ResponseWriter, _ *http.Request) bool {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return true
	})
}

func TestRollbackWithoutARegistry(t *testing.T) {
	l := newLab(t)
	one := l.push("demo:1", "one")
	l.apply(l.options(l.file("demo:1", "{mark: a}"), "eu"))
	l.push("demo:2", "two")
	l.apply(l.options(l.file("demo:2", "{mark: b}"), "eu"))
	l.down()
	r, err := Rollback(t.Context(), l.rollback(0, "eu"))
	if err != nil {
		t.Fatal(err)
	}
	got := r.Contexts[0].Objects[0]
	if got.Revision != 3 || got.Digest != one || len(got.Warnings) == 0 {
		t.Errorf("%+v", got)
	}
	o := l.rollback(2, "eu")
	o.Images.OCI.Policy = policy.ForKeys("--key")
	if _, err := Rollback(t.Context(), o); !errors.Is(err, ErrNothingDone) {
		t.Errorf("with a policy nobody asked: %v", err)
	}
	h, err := History(t.Context(), Named{Name: "demo"}, l.clusters("eu"))
	if err != nil || len(h.Contexts[0].Revisions) != 3 || h.Contexts[0].Revisions[0].Why != "rollback to 1" || h.Contexts[0].Revisions[0].By != "tester" {
		t.Errorf("%v %+v", err, h)
	}
}

func TestRollbackToWhatIsNotThere(t *testing.T) {
	l := newLab(t)
	if _, err := Rollback(t.Context(), l.rollback(0, "eu")); !errors.Is(err, kube.ErrNotFound) {
		t.Errorf("no object: %v", err)
	}
	l.push("demo:1", "one")
	l.apply(l.options(l.file("demo:1", "{}"), "eu"))
	for to, want := range map[int]string{0: "no revision before", 7: "there are 1 to 1"} {
		if _, err := Rollback(t.Context(), l.rollback(to, "eu")); !errors.Is(err, ErrNothingDone) || !strings.Contains(err.Error(), want) {
			t.Errorf("to %d: %v", to, err)
		}
	}
}

func TestForeignObjects(t *testing.T) {
	l := newLab(t)
	l.eu.Put(demo, "kubectl", map[string]any{"apiVersion": "extensions.istio.io/v1alpha1", "kind": "WasmPlugin",
		"metadata": map[string]any{"name": "demo", "namespace": "default"}, "spec": map[string]any{"url": "oci://other.example/x:1"}})
	if _, err := Rollback(t.Context(), l.rollback(0, "eu")); !errors.Is(err, kube.ErrNotOurs) {
		t.Errorf("rollback: %v", err)
	}
	o := DeleteOptions{Named: Named{Name: "demo"}, Clusters: l.clusters("eu")}
	if _, err := Delete(t.Context(), o); !errors.Is(err, kube.ErrNotOurs) || l.eu.Object(demo) == nil {
		t.Errorf("delete: %v", err)
	}
	o.Force = true
	if r, err := Delete(t.Context(), o); err != nil || l.eu.Object(demo) != nil || r.Contexts[0].Objects[0].Action != kube.Deleted {
		t.Errorf("delete with force: %v", err)
	}
	l.push("demo:1", "one")
	file := l.file("demo:1", "{}")
	l.eu.Put(demo, "kubectl", map[string]any{"apiVersion": "extensions.istio.io/v1alpha1", "kind": "WasmPlugin",
		"metadata": map[string]any{"name": "demo", "namespace": "default"}, "spec": map[string]any{"url": "oci://other.example/x:1"}})
	var held *kube.ConflictError
	if _, err := Apply(t.Context(), l.options(file, "eu")); !errors.As(err, &held) || held.Held[0].Manager != "kubectl" {
		t.Errorf("apply: %v", err)
	}
}

func TestDelete(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	file := l.file("demo:1", "{}")
	l.apply(l.options(file, "eu", "us"))
	o := DeleteOptions{Files: []string{file}, Clusters: l.clusters("eu", "dead")}
	if _, err := Delete(t.Context(), o); !errors.Is(err, ErrNothingDone) || l.eu.Object(demo) == nil {
		t.Errorf("one down: %v", err)
	}
	o.Clusters, o.DryRun = l.clusters("eu", "us"), true
	if r, err := Delete(t.Context(), o); err != nil || l.eu.Object(demo) == nil || len(r.Contexts[1].Objects) != 1 {
		t.Errorf("dry run: %v %+v", err, r)
	}
	o.DryRun, o.Wait.On = false, true
	if _, err := Delete(t.Context(), o); err != nil || l.eu.Object(demo) != nil || l.us.Object(demo) != nil {
		t.Errorf("delete: %v", err)
	}
	if r, err := Delete(t.Context(), o); err != nil || len(r.Contexts[0].Objects) != 0 {
		t.Errorf("again: %v %+v", err, r)
	}
	if _, err := Delete(t.Context(), DeleteOptions{Named: Named{Name: "demo"}, Clusters: l.clusters("eu")}); !errors.Is(err, kube.ErrNotFound) {
		t.Errorf("by name: %v", err)
	}
}

func TestStatus(t *testing.T) {
	l := newLab(t)
	digest := l.push("demo:1", "one")
	l.apply(l.options(l.file("demo:1", "{}"), "eu"))
	s, err := Status(t.Context(), StatusOptions{Clusters: l.clusters("eu", "us")})
	if err != nil || len(s.Contexts) != 2 || len(s.Contexts[0].Objects) != 1 || len(s.Contexts[1].Objects) != 0 {
		t.Fatalf("%v %+v", err, s)
	}
	if got := s.Contexts[0].Objects[0]; got.Digest != digest || got.By != "tester" || got.Revision != 1 || got.Since.IsZero() || got.Unseen == "" {
		t.Errorf("%+v", got)
	}
	if _, err := Status(t.Context(), StatusOptions{Named: Named{Name: "lost"}, Clusters: l.clusters("eu")}); !errors.Is(err, kube.ErrNotFound) {
		t.Errorf("of what is not there: %v", err)
	}
}
