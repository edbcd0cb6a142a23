package run

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// watched starts a watcher on the directory of a Go plugin within a module.
func watched(t *testing.T, o Options) *watcher {
	t.Helper()
	w, err := newWatcher(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.close)
	return w
}

// expect waits for one change, and for no second one.
func (w *watcher) expect(t *testing.T, source bool) {
	t.Helper()
	select {
	case c := <-w.C:
		if c.source != source || time.Since(c.at) > 5*time.Second {
			t.Errorf("got %+v, want source %v", c, source)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("no change is told")
	}
	w.expectNone(t)
}

func (w *watcher) expectNone(t *testing.T) {
	t.Helper()
	select {
	case c := <-w.C:
		t.Fatalf("an unexpected change: %+v", c)
	case <-time.After(3 * quiet):
	}
}

func goPlugin(t *testing.T) (root, dir string) {
	t.Helper()
	root = t.TempDir()
	dir = filepath.Join(root, "plugins", "p")
	put(t, filepath.Join(root, "go.mod"), "module x\n")
	put(t, filepath.Join(root, "lib", "lib.go"), "package lib\n")
	put(t, filepath.Join(dir, "main.go"), "package main\n")
	put(t, filepath.Join(dir, "config.yaml"), "a: 1\n")
	return root, dir
}

func TestWatchGoPlugin(t *testing.T) {
	root, dir := goPlugin(t)
	w := watched(t, Options{Source: dir})
	save(t, filepath.Join(dir, "main.go"), "package main // 2\n")
	w.expect(t, true)
	put(t, filepath.Join(root, "lib", "lib.go"), "package lib // 2\n")
	w.expect(t, true)
	put(t, filepath.Join(root, "go.mod"), "module x\n\ngo 1.24\n")
	w.expect(t, true)
	save(t, filepath.Join(dir, "config.yaml"), "a: 2\n")
	w.expect(t, false)
	put(t, filepath.Join(dir, "routes.yaml"), "routes: []\n") // new
	w.expect(t, false)
	put(t, filepath.Join(dir, "page.html"), "may be embedded\n")
	w.expect(t, true)
	if err := os.Remove(filepath.Join(dir, "page.html")); err != nil {
		t.Fatal(err)
	}
	w.expect(t, true)
	for _, idle := range []string{"main_test.go", "main.wasm", ".main.go.swp", "main.go~", "README.md", "4913"} {
		put(t, filepath.Join(dir, idle), "x")
	}
	put(t, filepath.Join(root, "lib", "data.txt"), "not Go")
	w.expectNone(t)
}

// Editors write a new file and rename it over the old one.
func TestWatchRenameSave(t *testing.T) {
	_, dir := goPlugin(t)
	w := watched(t, Options{Source: dir})
	for _, name := range []string{"main.go", "config.yaml"} {
		for i := range 2 {
			tmp := filepath.Join(dir, ".new")
			put(t, tmp, string(rune('a'+i)))
			if err := os.Rename(tmp, filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			w.expect(t, name == "main.go")
		}
	}
}

func TestWatchNewDirectories(t *testing.T) {
	root, dir := goPlugin(t)
	w := watched(t, Options{Source: dir})
	sub := filepath.Join(root, "new", "deep")
	put(t, filepath.Join(sub, "x.go"), "package deep\n")
	w.expect(t, true)
	put(t, filepath.Join(sub, "x.go"), "package deep // 2\n")
	w.expect(t, true)
	put(t, filepath.Join(root, ".git", "x.go"), "package git\n")
	put(t, filepath.Join(root, "testdata", "x.go"), "package x\n")
	w.expectNone(t)
}

func TestWatchManySavesAreOneChange(t *testing.T) {
	_, dir := goPlugin(t)
	w := watched(t, Options{Source: dir})
	for range 10 {
		put(t, filepath.Join(dir, "config.yaml"), time.Now().String())
		time.Sleep(quiet / 8)
	}
	w.expect(t, false)
	// nobody takes the first change before the second comes
	put(t, filepath.Join(dir, "config.yaml"), "x")
	time.Sleep(2 * quiet)
	put(t, filepath.Join(dir, "main.go"), "package main // 3\n")
	time.Sleep(2 * quiet)
	w.expect(t, true)
}

func TestWatchNamedFiles(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "wasm", "a.wasm"), "")
	put(t, filepath.Join(dir, "conf", "real.yaml"), "a: 1")
	put(t, filepath.Join(dir, "link", "x"), "")
	link := filepath.Join(dir, "link", "config.yaml")
	if err := os.Symlink(filepath.Join(dir, "conf", "real.yaml"), link); err != nil {
		t.Skip(err)
	}
	w := watched(t, Options{Source: filepath.Join(dir, "wasm", "a.wasm"), Config: link})
	put(t, filepath.Join(dir, "conf", "real.yaml"), "a: 2") // behind the link
	w.expect(t, false)
	put(t, filepath.Join(dir, "wasm", "a.wasm"), "x")
	w.expect(t, false)
	put(t, filepath.Join(dir, "conf", "unrelated.txt"), "x")
	w.expectNone(t)
}

func TestWatchModuleRoot(t *testing.T) {
	root, dir := goPlugin(t)
	if got := moduleRoot(dir); got != root {
		t.Errorf("got %s, want %s", got, root)
	}
	alone := t.TempDir()
	if got := moduleRoot(alone); got != alone {
		t.Errorf("without a module: got %s", got)
	}
}
