package hub

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const goodSpec = "info: {category: auth, name: NAME, title: T, description: D, version: 1.0.0}\nspec: {phase: AUTHN, priority: 5, configSchema: {openAPIV3Schema: {properties: {a: {description: x}, list: {items: {properties: {b: {}}}}}}}}\n"

// tree writes files, whose names are paths.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestReadDir(t *testing.T) {
	named := func(name string) string { return strings.ReplaceAll(goodSpec, "NAME", name) }
	dir := tree(t, map[string]string{
		"guard/main.go": "package main", "guard/spec.yaml": named("guard"), "guard/config.yaml": "a: 1\n",
		"own/main.go": "package main", "own/go.mod": "module elsewhere", "own/spec.yaml": strings.Replace(named("own"), "version:", "x-guard: false, version:", 1),
		"lesson/main.go": "package main", "lesson/README.md": "# lesson\n\nShows\nhow.\n\nMore.\n",
		"being-written/go.mod": "module later", "internal/main.go": "package x", "tests/a_test.go": "package x", "file.go": "package x",
		"renamed/main.go": "package main", "renamed/spec.yaml": named("other"),
		"bad/main.go": "package main", "bad/spec.yaml": "info: [",
		"bare/main.go": "package main", "silent/main.go": "package main", "silent/README.md": "# silent\n",
		"Upper/main.go": "package main", "catalogue/main.go": "package main", "catalogue/spec.yaml": named("catalogue"),
		"nothing/main.go": "package main", "nothing/spec.yaml": "info: {name: nothing, title: x, version: 1.0.0}",
		"version/main.go": "package main", "version/spec.yaml": strings.Replace(named("version"), "1.0.0", "'a b'", 1),
		"huge/main.go": "package main", "huge/spec.yaml": named("huge"), "huge/config.yaml": strings.Repeat("#", maxConfig+1),
	})
	c, broken, err := ReadDir(dir)
	if err != nil || names(c.Plugins) != "guard lesson own" {
		t.Fatalf("%v: %+v", err, c)
	}
	guard, lesson, own := c.Plugins[0], c.Plugins[1], c.Plugins[2]
	if !guard.Guard || guard.Phase != "AUTHN" || guard.Priority != 5 || guard.Versions[0].Config != "a: 1\n" || !digestForm.MatchString(guard.Versions[0].Schema) || guard.Dir != filepath.Join(dir, "guard") {
		t.Errorf("guard: %+v", guard)
	}
	if len(guard.Fields) != 3 || guard.Fields[0] != (Field{"a", "x"}) || guard.Fields[2].Name != "list[].b" {
		t.Errorf("fields: %+v", guard.Fields)
	}
	if !lesson.Teaching || lesson.Description != "Shows how." || own.Guard {
		t.Errorf("%+v, %+v", lesson, own)
	}
	all := errors.Join(broken...).Error()
	for name, want := range map[string]string{
		"renamed": `the name is "other"`, "bad": "spec.yaml", "bare": "neither a spec.yaml nor a README.md", "silent": "no paragraph", "Upper": "small letters",
		"catalogue": "own", "nothing": "no description", "version": "want the tag", "huge": "more than 65536 bytes",
	} {
		if at := strings.Index(all, filepath.Join(dir, name)+": "); at < 0 || !strings.Contains(strings.SplitN(all[at:], "\n", 2)[0], want) {
			t.Errorf("%s: want %q in %s", name, want, all)
		}
	}
	if len(broken) != 9 {
		t.Errorf("%d broken: %s", len(broken), all)
	}
	if _, err := Publish(context.Background(), dir, "oci://127.0.0.1:1/hub", PublishOptions{}); err == nil || !strings.Contains(err.Error(), "renamed") {
		t.Errorf("a hub with broken plugins was published: %v", err)
	}
}

func TestOpenWrongInputs(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken.json")
	if err := os.WriteFile(broken, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	for where, want := range map[string]string{
		"no/such": "want oci://REGISTRY/PREFIX", dir: "holds no plugins", broken: "broken catalogue",
		"oci://": "want a registry and a prefix", "oci://host.example": "want a registry and a prefix", "oci://host.example/": "want a registry",
		"oci://host.example/a:1": "without a tag", "oci://host.example/A": "invalid", "oci://nodots/a": "begin with the registry", "oci://host.example/a/": "want a registry",
	} {
		if _, err := Open(context.Background(), where, Options{}); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "hub") {
			t.Errorf("%s: %v, want %q", where, err, want)
		}
	}
}

func TestDefault(t *testing.T) {
	home := tree(t, map[string]string{"go.mod": "module github.com/sluiceproxy/sluice\n", "plugins/x/main.go": "", "docs/deep/page": "", "nested/go.mod": "module other\n", "nested/plugins/y/main.go": ""})
	t.Setenv(Variable, "")
	for from, found := range map[string]bool{"": true, "docs/deep": true, "plugins/x": true, "nested": true} {
		t.Chdir(filepath.Join(home, from))
		if where, err := Default(); (err == nil) != found || !strings.HasSuffix(where, "plugins") || strings.Contains(where, "nested") {
			t.Errorf("%s: %s %v", from, where, err)
		}
	}
	t.Chdir(t.TempDir())
	if _, err := Default(); !errors.Is(err, ErrNoHub) || !strings.Contains(err.Error(), "set SLUICE_HUB") {
		t.Errorf("nowhere: %v", err)
	}
	if _, err := Clone(); !errors.Is(err, ErrNoHub) {
		t.Errorf("no clone: %v", err)
	}
	t.Setenv(Variable, "oci://r.example/hub")
	if where, err := Default(); where != "oci://r.example/hub" || err != nil {
		t.Errorf("%s %v", where, err)
	}
}
