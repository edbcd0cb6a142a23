package migrate

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what is expected anew")

// report is all that a run has to say, a line each.
func report(r *Result) string {
	var b strings.Builder
	for _, c := range r.Changes {
		b.WriteString(c.String() + "\n")
	}
	for _, c := range r.Manual {
		b.WriteString("manual: " + c.String() + "\n")
	}
	return b.String()
}

// TestFiles rewrites testdata/*/before.go into after.go, and says report.txt.
func TestFiles(t *testing.T) {
	cases, err := filepath.Glob(filepath.Join("testdata", "*", "before.go"))
	if err != nil || len(cases) < 3 {
		t.Fatalf("cases: %v, %v", cases, err)
	}
	for _, before := range cases {
		dir := filepath.Dir(before)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			src, err := os.ReadFile(before)
			if err != nil {
				t.Fatal(err)
			}
			work := t.TempDir()
			path := filepath.Join(work, "main.go")
			if err := os.WriteFile(path, src, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(work, "go.mod"), []byte(oldModule), 0o600); err != nil {
				t.Fatal(err)
			}
			dry, err := Run(context.Background(), Options{Dir: work, DryRun: true, SDK: released, Env: offline})
			if err != nil {
				t.Fatal(err)
			}
			if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, src) {
				t.Fatalf("a dry run has written: %v", err)
			}
			r, err := Run(context.Background(), Options{Dir: work, SDK: released, Env: offline})
			if err != nil {
				t.Fatal(err)
			}
			if report(r) != report(dry) {
				t.Errorf("a dry run says %s, not %s", report(dry), report(r))
			}
			after, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join(dir, "after.go"), after)
			golden(t, filepath.Join(dir, "report.txt"), []byte(report(r)))
			again, err := Run(context.Background(), Options{Dir: work, SDK: released, Env: offline})
			if err != nil || len(again.Changes) != 0 || len(again.Sources) != 0 {
				t.Errorf("a second run changes %v, %v", again, err)
			}
		})
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: got\n%s", path, got)
	}
}
