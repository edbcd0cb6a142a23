package prepare

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// TestKey: plugins that are told apart have different keys.
func TestKey(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range []wasmplugin.Plugin{
		{Kind: wasmplugin.Istio, Name: "a"}, {Kind: wasmplugin.Higress, Name: "a"}, {Kind: wasmplugin.Istio, Namespace: "b", Name: "a"},
		{Kind: wasmplugin.EnvoyGateway, Name: "a"}, {Kind: wasmplugin.EnvoyGateway, Name: "a", Entry: 1}, {Kind: wasmplugin.EnvoyGateway, Name: "a", Entry: 2},
	} {
		if key := Key(&w); seen[key] {
			t.Errorf("%s is there twice", key)
		} else {
			seen[key] = true
		}
	}
	if !seen["istio/default/a"] {
		t.Errorf("keys %v", seen)
	}
}

// TestNoDirectory: one that can't be made is an error at once, and one that can't be
// written an error of the disk later.
func TestNoDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	if _, err := New(Options{Dir: filepath.Join(file, "dir")}); err == nil {
		t.Error("a directory in a file")
	}
	l := newLab(t)
	p := l.new()
	if err := os.RemoveAll(l.o.Dir); err != nil {
		t.Fatal(err)
	}
	write(t, l.o.Dir, nil) // a file in its place
	dir := t.TempDir()
	write(t, filepath.Join(dir, "m.wasm"), probe("one"))
	_, err := p.Module(t.Context(), &wasmplugin.Plugin{Name: "x", URL: "file://" + dir + "/m.wasm"})
	refused(t, err, Write, "disk", nil)
}

// TestError: it is one line that names plugin and step, and is around the cause.
func TestError(t *testing.T) {
	err := failed(&wasmplugin.Plugin{Kind: wasmplugin.Istio, Name: "a"}, Verify, "policy", ErrUnverifiable)
	if !errors.Is(err, ErrUnverifiable) || err.Error() != "istio/default/a: verify: the policy can't judge it" {
		t.Error(err)
	}
	if failed(&wasmplugin.Plugin{}, Fetch, "file", fmt.Errorf("around: %w", err)).Error() != "around: "+err.Error() {
		t.Error("it is named twice")
	}
}

// ExampleKey names a plugin.
func ExampleKey() {
	fmt.Println(Key(&wasmplugin.Plugin{Kind: wasmplugin.Istio, Namespace: "gateways", Name: "quota"}))
	// Output: istio/gateways/quota
}
