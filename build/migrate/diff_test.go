package migrate

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDiff applies diffs with the patch command, and reads one.
func TestDiff(t *testing.T) {
	dir := write(t, map[string]string{"main.go": old, "go.mod": oldModule})
	r, err := Run(context.Background(), Options{Dir: dir, DryRun: true, SDK: released, Env: offline})
	if err != nil {
		t.Fatal(err)
	}
	diff := r.Diff()
	for _, want := range []string{
		"--- a/go.mod\n+++ b/go.mod\n", "\n-\tgithub.com/higress-group/wasm-go v0", "--- a/main.go\n",
		"@@ -1,5 +1,7 @@\n package main\n \n-import _ \"github.com/higress-group/wasm-go/pkg/wrapper\"\n-\n-func main() { println() }\n+import _",
	} {
		if !strings.Contains(diff, want) {
			t.Errorf("no %q in\n%s", want, diff)
		}
	}
	patch(t, dir, r)
}

// patch applies a result's diff to the old files and compares.
func patch(t *testing.T, dir string, r *Result) {
	t.Helper()
	tool, err := exec.LookPath("patch")
	if err != nil {
		t.Skip("no patch command on the PATH: the diff is not applied")
	}
	cmd := exec.Command(tool, "-p1", "--fuzz=0")
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(r.Diff())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("patch: %v\n%s\n%s", err, out, r.Diff())
	}
	for name, want := range r.Sources {
		golden(t, filepath.Join(dir, name), want)
	}
}

// TestDiffOf compares texts that differ in many ways.
func TestDiffOf(t *testing.T) {
	long := ""
	for i := range 40 {
		long += fmt.Sprintf("line %d\n", i)
	}
	for name, c := range map[string][2]string{
		"the ends":          {long, "new\n" + strings.TrimSuffix(long, "line 39\n") + "last\n"},
		"far apart":         {long, strings.NewReplacer("line 3\n", "", "line 30\n", "line 30\nmore\nand more\n").Replace(long)},
		"near":              {long, strings.NewReplacer("line 7\n", "7\n", "line 10\n", "").Replace(long)},
		"everything":        {"a\nb\n", "c\nd\ne\n"},
		"from nothing":      {"", "a\n"},
		"no newline":        {"a\nb", "a\nc\nb"},
		"a newline comes":   {"a\nb", "a\nb\n"},
		"empty lines":       {"a\n\n\n\nb\n", "a\n\nx\n\n\n\ny\n\nb\n"},
		"repeats the lines": {strings.Repeat("a\nb\n", 9), strings.Repeat("b\na\n", 8)},
	} {
		t.Run(name, func(t *testing.T) {
			r := newResult()
			r.before["x.go"], r.Sources["x.go"] = []byte(c[0]), []byte(c[1])
			patch(t, write(t, map[string]string{"x.go": c[0]}), r)
		})
	}
	if diff := newResult().Diff(); diff != "" {
		t.Errorf("no change is %q", diff)
	}
}
