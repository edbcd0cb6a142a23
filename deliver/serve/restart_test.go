package serve

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deliver/internal/owner"
	"github.com/sluiceproxy/sluice/deliver/prepare"
)

// TestFilesOutlive: after a restart, a bad version doesn't replace the one in the
// files, and the module that they name stays.
func TestFilesOutlive(t *testing.T) {
	dir, out, state := t.TempDir(), filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "state")
	file := put(t, t.TempDir(), "x.wasm", string(module(t)))
	put(t, dir, "x.yaml", strings.Replace(plugin("x", "  pluginConfig: {v: 1}\n"), "oci://registry.example/x:1", "file://"+file, 1))
	options := Options{Out: out, State: state, Prepare: prepare.Options{Grace: time.Nanosecond}}
	r := begin(t, dir, options)
	var before []byte
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(string(before), ".wasm"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no file with the module: %s", before)
		}
		before, _ = os.ReadFile(filepath.Join(out, "ecds", "web.x.json")) // it may not be there yet
	}
	if err := r.end(); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Dir(file), "x.wasm", "no module")
	r = begin(t, dir, options)
	wait(r, func(e Failed) bool { return e.What == "web.x" })
	if err := r.end(); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(filepath.Join(out, "ecds", "web.x.json")); err != nil || string(after) != string(before) {
		t.Errorf("the file has become %.300s, %v", after, err)
	}
	if found, _ := filepath.Glob(filepath.Join(out, "modules", "*.wasm")); len(found) != 1 {
		t.Errorf("modules %q, want the one that the file names: %s", found, before)
	}
}

// TestOneOwner: a second process with the same state is refused.
func TestOneOwner(t *testing.T) {
	dir, state := t.TempDir(), filepath.Join(t.TempDir(), "state")
	begin(t, dir, Options{State: state})
	err := Run(context.Background(), Options{Dir: dir, State: state, Listen: "127.0.0.1:0", Admin: Off})
	if !errors.Is(err, owner.ErrOwned) || !strings.Contains(err.Error(), "--state") {
		t.Errorf("a second one: %v", err)
	}
}
