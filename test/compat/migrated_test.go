package compat

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	sluice "github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/build/gotest"
	"github.com/sluiceproxy/sluice/build/migrate"
	"github.com/sluiceproxy/sluice/test/compat/documents"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestMigrated rewrites the documents' programs, which then need nothing but the
// SDK itself: they do what the guides say, natively, and become modules that
// gateways take, of a size that says what is linked.
func TestMigrated(t *testing.T) {
	if testing.Short() {
		t.Skip("builds modules and runs tests of plugins; run without -short")
	}
	for _, c := range []struct {
		program string
		mostMB  float64
		refused []sluice.Target
	}{
		{program: "custom", mostMB: 4.3},
		{program: "empty", mostMB: 3.3},
		{program: "httpcall", mostMB: 6.6},
		{program: "mock", mostMB: 4.2},
		{program: "redis", mostMB: 5.0, refused: []sluice.Target{sluice.Envoy, sluice.Istio}},
		{program: "rules", mostMB: 4.3},
	} {
		t.Run(c.program, func(t *testing.T) {
			dir := migrated(t, c.program)
			if p := plan(t, dir); p.Needed {
				t.Errorf("it still needs %q", p.Args)
			}
			harness.WriteFile(t, filepath.Join(dir, "main_test.go"), documents.UnitTest(t, c.program))
			var out bytes.Buffer
			if err := gotest.Run(context.Background(), gotest.Options{Dir: dir, Stdout: &out, Stderr: &out}); err != nil {
				t.Errorf("%v\n%s", err, out.String())
			}
			r, err := sluice.Build(context.Background(), sluice.Options{Dir: dir, Output: filepath.Join(t.TempDir(), "p.wasm")})
			if err != nil {
				t.Fatal(err)
			}
			if mb := float64(r.Size) / 1e6; mb > c.mostMB {
				t.Errorf("%.2f MB, want at most %.1f", mb, c.mostMB)
			}
			report, err := sluice.Inspect(r.Code)
			if err != nil {
				t.Fatal(err)
			}
			for _, target := range []sluice.Target{sluice.Envoy, sluice.Istio, sluice.Higress} {
				if err := report.Refusal(target); (err != nil) != slices.Contains(c.refused, target) {
					t.Errorf("%s: refusal is %v", target, err)
				}
			}
		})
	}
}

// migrated returns the directory of a program after "sluice migrate".
func migrated(t *testing.T, name string) string {
	t.Helper()
	mod := "module demo\n\ngo 1.24.0\n\nrequire github.com/sluiceproxy/sluice v0.0.0\n\nreplace github.com/sluiceproxy/sluice => " + harness.Root(t) + "\n"
	dir := documents.Program(t, name, mod)
	harness.WriteFile(t, filepath.Join(dir, "go.sum"), harness.ReadFile(t, "go.sum"))
	r, err := migrate.Run(context.Background(), migrate.Options{Dir: dir})
	if err != nil || len(r.Changes) < 2 || len(r.Manual) != 0 {
		t.Fatalf("changes %v, left to do %v, %v", r.Changes, r.Manual, err)
	}
	t.Setenv("GOFLAGS", "-mod=mod")
	return dir
}

// TestSetUpInMain builds a program of the time when main set plugins up: the error
// says what to do, and "sluice migrate" does it.
func TestSetUpInMain(t *testing.T) {
	dir := documents.Program(t, "custom", "module demo\n\ngo 1.19\n")
	_, err := sluice.Build(context.Background(), sluice.Options{Dir: dir})
	if !errors.Is(err, sluice.ErrSetCtxInMain) || !strings.Contains(err.Error(), "main.go:11") || !strings.Contains(err.Error(), "init") {
		t.Errorf("error is %v", err)
	}
}
