package compat

import (
	"context"
	"path/filepath"
	"testing"

	sluice "github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/test/compat/documents"
)

// TestBuildCommand builds a program of the documents as "sluice build" does: no
// edit, and no file left in its directory or elsewhere. What the programs do is
// looked at in test/e2e.
func TestBuildCommand(t *testing.T) {
	dir, tmp := documents.Program(t, "mock", documents.GoMod), t.TempDir()
	t.Setenv("TMPDIR", tmp)
	before := listFiles(t, dir)
	_, err := sluice.Build(context.Background(), sluice.Options{Dir: dir, Output: filepath.Join(t.TempDir(), "p.wasm"), Target: sluice.Envoy})
	if err != nil {
		t.Fatal(err)
	}
	if after := listFiles(t, dir); after != before {
		t.Errorf("the plugin's directory changed from\n%s\nto\n%s", before, after)
	}
	if left, _ := filepath.Glob(filepath.Join(tmp, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
