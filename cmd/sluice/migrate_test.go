package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const oldPlugin = `package main

import "github.com/higress-group/wasm-go/pkg/wrapper"

func main() { wrapper.SetCtx[struct{}]("x") }
`

func TestMigrate(t *testing.T) {
	dir := plugin(t, oldPlugin)
	file := filepath.Join(dir, "main.go")
	r := sluice(t, "migrate", dir, "--dry-run")
	for _, want := range []string{"--- a/main.go\n", "+++ b/main.go\n", "+func init() { wrapper.SetCtx", "--- a/go.mod\n"} {
		if r.code != exitOK || !strings.Contains(r.stdout, want) || !strings.Contains(r.stderr, "would change 4 places in 2 files") {
			t.Errorf("dry run: %+v, want %q", r, want)
		}
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != oldPlugin {
		t.Errorf("the dry run has written: %s, %v", b, err)
	}
	r = sluice(t, "migrate", dir, "--dry-run", "--output", "json")
	var got struct {
		Changes []struct {
			File, What string
			Line       int
		}
		Manual []any
		DryRun bool
		Files  []string
		Diff   string
	}
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil || len(got.Changes) != 4 || got.Changes[0].Line != 3 || got.Manual == nil || !got.DryRun ||
		strings.Join(got.Files, " ") != "go.mod main.go" || !strings.HasPrefix(got.Diff, "--- a/go.mod") {
		t.Errorf("JSON: %v, %+v", err, r)
	}
	r = sluice(t, "migrate", dir)
	for _, want := range []string{"main.go:3: import github.com/sluiceproxy/sluice/sdk/wrapper instead of", "main.go:5: what main does", "changed 4 places in 2 files, 0 left to you; next:"} {
		if r.code != exitOK || !strings.Contains(r.stdout, want) {
			t.Errorf("%+v, want %q", r, want)
		}
	}
	if r := sluice(t, "migrate", dir); r.code != exitOK || r.stdout != "nothing to do\n" {
		t.Errorf("again: %+v", r)
	}
}

func TestMigrateErrors(t *testing.T) {
	sluice(t, "migrate", "a", "b").wantUsage(t, "two directories", "takes one argument")
	sluice(t, "migrate", filepath.Join(t.TempDir(), "none")).wantFailure(t, "no directory", "none")
	sluice(t, "migrate", plugin(t, "package main\n\nfunc {\n")).wantFailure(t, "a broken file", "main.go:3")
}
