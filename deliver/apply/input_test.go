package apply

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAllFilesAreJudged(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.yaml"), "kind: [\n")
	write(t, filepath.Join(dir, "b.yaml"), "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: b}\nspec: {urll: x}\n")
	write(t, filepath.Join(dir, ".swap.yaml"), "kind: [\n")
	_, err := load([]string{dir}, "")
	if err == nil || !strings.Contains(err.Error(), "a.yaml") || !strings.Contains(err.Error(), "urll") || strings.Contains(err.Error(), "swap") {
		t.Errorf("%v", err)
	}
}

func TestStandardInput(t *testing.T) {
	l := newLab(t)
	old := os.Stdin
	defer func() { os.Stdin = old }()
	for text, want := range map[string]string{
		"": "no resource",
		"apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: b}\nspec: {urll: x}\n": "standard input:4: spec.urll",
		strings.Repeat("# long\n", maxInput/5): "more than",
	} {
		name := filepath.Join(t.TempDir(), "in")
		write(t, name, text)
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		os.Stdin = f
		if _, err := load([]string{"-"}, ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v", text, err)
		}
		f.Close()
	}
	l.push("demo:1", "one")
	f, err := os.Open(l.file("demo:1", "{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	os.Stdin = f
	o := l.options("-", "eu")
	l.apply(o)
	if l.eu.Object(demo) == nil {
		t.Error("it was not applied")
	}
}

// TestFailuresAreToldOnce: also where others are waited for.
func TestFailuresAreToldOnce(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	o := l.options(l.file("demo:1", "{}"), "eu", "dead")
	o.Clusters.Partial, o.Wait = true, Wait{On: true, Istiod: "127.0.0.1:1", Timeout: 1}
	if _, err := Apply(t.Context(), o); err == nil || strings.Count(err.Error(), "context dead") != 1 || !errors.Is(err, ErrNotSeen) {
		t.Errorf("%v", err)
	}
}

// TestDeleteStopsAtAFailure: what comes after it is left alone, and said to be.
func TestDeleteStopsAtAFailure(t *testing.T) {
	l := newLab(t)
	l.push("demo:1", "one")
	l.apply(l.options(l.file("demo:1", "{}"), "eu", "us"))
	dryRun := true
	l.eu.BreakWith(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodDelete || dryRun {
			dryRun = dryRun && r.Method != http.MethodDelete
			return false
		}
		http.Error(w, "down", http.StatusInternalServerError)
		return true
	})
	r, err := Delete(t.Context(), DeleteOptions{Named: Named{Name: "demo"}, Clusters: l.clusters("eu", "us")})
	if !errors.Is(err, errLeftAlone) || l.us.Object(demo) == nil || r.Contexts[1].Error == "" || len(r.Contexts[1].Objects) != 0 {
		t.Errorf("error %v, result %+v", err, r)
	}
}
