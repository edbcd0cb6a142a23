package compat

import (
	"context"
	"path/filepath"
	"testing"

	sluice "github.com/sluiceproxy/sluice/build"
)

// TestBuildCommand builds a program of the documents as "sluice build" does: no
// edit, no file left in its directory, and a module that works.
func TestBuildCommand(t *testing.T) {
	dir, tmp := program(t, "mock", goMod), t.TempDir()
	t.Setenv("TMPDIR", tmp)
	before := listFiles(t, dir)
	result, err := sluice.Build(context.Background(), sluice.Options{Dir: dir, Output: filepath.Join(t.TempDir(), "p.wasm"), Target: sluice.Envoy})
	if err != nil {
		t.Fatal(err)
	}
	if after := listFiles(t, dir); after != before {
		t.Errorf("the plugin's directory changed from\n%s\nto\n%s", before, after)
	}
	if left, _ := filepath.Glob(filepath.Join(tmp, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	h := serve(t, result.Code, `{"mockEnable":true}`)
	if res, body := get(t, h, "http://a.test/"); res.StatusCode != 200 || body != "hello world" {
		t.Errorf("got %d %q", res.StatusCode, body)
	}
}
