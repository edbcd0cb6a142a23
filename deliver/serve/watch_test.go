package serve

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func watched(t *testing.T, paths ...string) *watcher {
	t.Helper()
	w, err := newWatcher()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.close)
	w.watch(paths...)
	return w
}

func (w *watcher) wantChange(t *testing.T, why string) {
	t.Helper()
	select {
	case at := <-w.C:
		if at.IsZero() || time.Since(at) < quiet/2 {
			t.Errorf("%s: told at %v, without a pause", why, at)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("%s: no change", why)
	}
}

func (w *watcher) wantNone(t *testing.T, why string) {
	t.Helper()
	select {
	case <-w.C:
		t.Fatalf("%s: a change", why)
	case <-time.After(3 * quiet):
	}
}

// TestWatchWays: files are written, renamed over, removed, and behind links.
func TestWatchWays(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "resources")
	file := put(t, dir, "a.yaml", "1")
	module := put(t, root, "modules/x.wasm", "1")
	w := watched(t, dir, module)
	put(t, dir, "a.yaml", "2")
	w.wantChange(t, "written")
	put(t, root, "other.yaml", "1")
	put(t, root, "modules/y.wasm", "1")
	w.wantNone(t, "files beside")
	if err := os.Rename(put(t, root, "new.yaml", "3"), file); err != nil {
		t.Fatal(err)
	}
	w.wantChange(t, "renamed over")
	put(t, root, "modules/x.wasm", "2")
	w.wantChange(t, "a module")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	w.wantChange(t, "removed")
	pause, last := time.Duration(0), time.Now()
	for range 20 {
		put(t, dir, "b.yaml", "1")
		time.Sleep(quiet / 8)
		pause, last = max(pause, time.Since(last)), time.Now()
	}
	w.wantChange(t, "many writes")
	if pause < quiet/2 { // on a machine that is busy they are several changes
		w.wantNone(t, "after many writes")
	}
}

// TestWatchConfigMap: a ConfigMap's files are links to a directory behind a link
// that is swapped; the directory itself may be a link, too.
func TestWatchConfigMap(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "mount")
	put(t, dir, "..1/a.yaml", "1")
	put(t, dir, "..2/a.yaml", "2")
	link := func(to, at string) {
		t.Helper()
		if err := os.Symlink(to, at+".new"); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(at+".new", at); err != nil {
			t.Fatal(err)
		}
	}
	link("..1", filepath.Join(dir, "..data"))
	link(filepath.Join("..data", "a.yaml"), filepath.Join(dir, "a.yaml"))
	link(dir, filepath.Join(root, "current"))
	w := watched(t, filepath.Join(root, "current"))
	link("..2", filepath.Join(dir, "..data"))
	w.wantChange(t, "the link to the data")
	other := filepath.Join(root, "other")
	put(t, other, "a.yaml", "3")
	w.watch(filepath.Join(root, "current"))
	link(other, filepath.Join(root, "current"))
	w.wantChange(t, "the link to the directory")
	w.watch(filepath.Join(root, "current"))
	put(t, other, "a.yaml", "4")
	w.wantChange(t, "the new directory")
}

func TestWatchNothing(t *testing.T) {
	root := t.TempDir()
	w := watched(t, "", filepath.Join(root, "later"))
	put(t, root, "later/a.yaml", "1")
	w.wantChange(t, "a directory that comes")
}
