package serve

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// put writes a file below dir.
func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func plugin(name, rest string) string {
	return "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: " + name + ", namespace: web}\nspec:\n  url: oci://registry.example/" + name + ":1\n" + rest
}

func mustRead(t *testing.T, d *directory) *contents {
	t.Helper()
	c, err := d.read()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func names(c *contents) (out []string) {
	for i := range c.plugins {
		out = append(out, nameOf(&c.plugins[i])+"@"+string(c.plugins[i].Config))
	}
	return out
}

// TestDirectoryKeeps: a file that is broken keeps what it held, also after a
// restart, and only for as long as it is there.
func TestDirectoryKeeps(t *testing.T) {
	dir, copies := t.TempDir(), filepath.Join(t.TempDir(), "copies")
	file := put(t, dir, "a.yaml", plugin("a", "  pluginConfig: {v: 1}\n"))
	put(t, dir, "b.yaml", plugin("b", ""))
	d := newDirectory(dir, copies)
	want := []string{`web.a@{"v":1}`, "web.b@"}
	if got := names(mustRead(t, d)); !slices.Equal(got, want) {
		t.Fatalf("got %q", got)
	}
	put(t, dir, "a.yaml", plugin("a", "  pluginConfg: {v: 2}\n"))
	for _, d := range []*directory{d, newDirectory(dir, copies)} {
		c := mustRead(t, d)
		if got := names(c); !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
		if len(c.problems) != 1 || c.problems[0].File != file || !strings.Contains(c.problems[0].Text, "pluginConfg") || len(c.gone) != 0 {
			t.Errorf("problems %+v, gone %d", c.problems, len(c.gone))
		}
		if again := mustRead(t, d); again.problems[0].Since != c.problems[0].Since {
			t.Error("a problem has another time when it is found again")
		}
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	for _, d := range []*directory{newDirectory(dir, copies), d} {
		c := mustRead(t, d)
		if got := names(c); !slices.Equal(got, want[1:]) {
			t.Errorf("got %q", got)
		}
		if d.path == dir && len(c.gone) != 1 || nameOf(&c.gone[0]) != "web.a" {
			t.Errorf("gone %v", c.gone)
		}
		put(t, copies, "a.yaml", plugin("a", "")) // for the next
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := d.read(); err == nil {
		t.Error("a directory that is gone was read")
	}
	if len(d.files) == 0 {
		t.Error("what a directory held is forgotten when it can't be read")
	}
}

func TestWrongCopies(t *testing.T) {
	dir, copies := t.TempDir(), t.TempDir()
	put(t, dir, "a.yaml", plugin("a", "  nonsense: 1\n"))
	put(t, copies, "a.yaml", "also: nonsense")
	c := mustRead(t, newDirectory(dir, copies))
	if len(c.plugins) != 0 || len(c.problems) != 1 {
		t.Errorf("got %v, %v", names(c), c.problems)
	}
	info, err := os.Stat(copies)
	if err != nil || !info.IsDir() {
		t.Fatal(err)
	}
}

// TestCopyIsGood: a file that is broken between two looks at it is not kept as good.
func TestCopyIsGood(t *testing.T) {
	dir, copies := t.TempDir(), filepath.Join(t.TempDir(), "copies")
	d := newDirectory(dir, copies)
	path := put(t, dir, "x.yaml", plugin("x", ""))
	d.copy(path)
	put(t, dir, "x.yaml", "a: [")
	d.copy(path)
	if text, err := os.ReadFile(filepath.Join(copies, "x.yaml")); err != nil || string(text) != plugin("x", "") {
		t.Errorf("kept %q, %v", text, err)
	}
}

// TestLinksInOddDirectory: a directory's name is no pattern.
func TestLinksInOddDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "[a")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	target := put(t, t.TempDir(), "real.yaml", "")
	if err := os.Symlink(target, filepath.Join(dir, "x.yaml")); err != nil {
		t.Skip("no links here:", err)
	}
	if got := linksIn(dir); len(got) != 1 {
		t.Errorf("links lead to %q", got)
	}
}
