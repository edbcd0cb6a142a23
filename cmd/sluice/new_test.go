package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/origin"
	"github.com/sluiceproxy/sluice/build/scaffold"
)

func TestNew(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hello")
	r := sluice(t, "new", "hello", "--dir", dir, "--module", "example.org/hello")
	if r.code != exitOK || !strings.Contains(r.stderr, "go mod tidy") {
		t.Fatalf("%+v", r)
	}
	for _, text := range []string{"main_test.go", "cd " + dir, "go test ./...", "the checkout in"} {
		if !strings.Contains(r.stdout, text) {
			t.Errorf("want %q in %s", text, r.stdout)
		}
	}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil || !strings.HasPrefix(string(mod), "module example.org/hello\n") {
		t.Errorf("go.mod is %q, %v", mod, err)
	}
	sluice(t, "new", "hello", "--dir", dir).wantFailure(t, "again", "not empty")
}

func TestNewFails(t *testing.T) {
	parent := t.TempDir()
	sluice(t, "new", "x", "--dir", filepath.Join(parent, "none", "x")).wantFailure(t, "no parent", "none")
	t.Setenv("PATH", t.TempDir())
	sluice(t, "new", "x", "--dir", filepath.Join(parent, "x")).wantFailure(t, "no Go", "no Go toolchain found")
	if left, err := os.ReadDir(parent); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestPrintNew: what is shown works for whoever has installed sluice, and for
// whoever has only a clone.
func TestPrintNew(t *testing.T) {
	for _, tt := range []struct {
		dir  string
		sdk  origin.SDK
		want []string
	}{
		{"/plugins/a b", origin.SDK{Dir: "/my src/it's"}, []string{`  go -C '/my src/it'\''s' run ./cmd/sluice run '/plugins/a b'`, "  cd '/plugins/a b'\n"}},
		{"/plugins/x", origin.SDK{Version: "v1.2.3"}, []string{"SDK: v1.2.3\n", "  sluice run .\n"}},
		{"/plugins/x", origin.SDK{Dir: "/src/sluice"}, []string{"checkout in /src/sluice", "  go -C /src/sluice run ./cmd/sluice run /plugins/x\n"}},
	} {
		var b strings.Builder
		if err := printNew(&b, &scaffold.Result{Dir: tt.dir, Files: []string{"main.go"}, SDK: tt.sdk}); err != nil {
			t.Fatal(err)
		}
		for _, text := range tt.want {
			if !strings.Contains(b.String(), text) {
				t.Errorf("%v: want %q in %q", tt.sdk, text, b.String())
			}
		}
	}
}
