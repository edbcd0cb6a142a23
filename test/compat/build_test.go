package compat

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/compat"
	"github.com/sluiceproxy/sluice/build/origin"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// plan plans the build of a directory with this checkout's SDK.
func plan(t *testing.T, dir string) *compat.Plan {
	t.Helper()
	p, err := compat.New(context.Background(), compat.Options{Dir: dir, SDK: origin.SDK{Dir: harness.Root(t)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// build builds a plugin with nothing but the go command.
func build(t *testing.T, dir string, args ...string) []byte {
	t.Helper()
	before := listFiles(t, dir)
	p := plan(t, dir)
	if !p.Needed {
		t.Fatal("the plan says that the plugin needs nothing")
	}
	out := filepath.Join(t.TempDir(), "main.wasm")
	if args == nil {
		args = p.BuildArgs
	}
	goRun(t, dir, append(p.Env, "GOOS=wasip1", "GOARCH=wasm"), append(append([]string{"build"}, args...), "-buildmode=c-shared", "-o", out, ".")...)
	if after := listFiles(t, dir); after != before {
		t.Errorf("the plugin's directory was changed:\n%s\nbefore:\n%s", after, before)
	}
	code, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func goRun(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// listFiles returns the names and contents of the files in a directory.
func listFiles(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString(e.Name() + "\n" + string(content))
	}
	return b.String()
}
