package main

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

var allBreaks = flag.Bool("breaks", false, "break the SDK in every way of the table, as strict mode does; default two of them")

// sdkBreak is one change of the SDK that a plugin would notice.
type sdkBreak struct {
	name string
	file string // below sdk/
	old  string // is there exactly once
	new  string
	by   string // the test that must fail
}

// TestBreaks proves that this package's tests notice an SDK that has changed: for
// each break they are compiled against an SDK with it, sources untouched, and the
// test that the table names must fail natively.
func TestBreaks(t *testing.T) {
	chosen := breaks
	if !*allBreaks && !harness.Strict() {
		chosen = breaks[:2]
	}
	turns := make(chan struct{}, 2)
	for _, b := range chosen {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			turns <- struct{}{}
			defer func() { <-turns }()
			out, passed := testBroken(t, &b)
			if passed || !strings.Contains(out, "--- FAIL: "+b.by) {
				t.Errorf("sdk/%s is broken and %s has not failed:\n%s", b.file, b.by, out)
			}
		})
	}
}

// TestBreaksByNoChange proves that the breaks, and not the way they are made, are
// what makes tests fail.
func TestBreaksByNoChange(t *testing.T) {
	var names []string
	for _, b := range breaks {
		names = append(names, b.by)
	}
	none := sdkBreak{file: breaks[0].file, old: breaks[0].old, new: breaks[0].old, by: "(" + strings.Join(names, "|") + ")"}
	if out, passed := testBroken(t, &none); !passed {
		t.Errorf("the tests fail without a break:\n%s", out)
	}
}

// TestBreaksAreOfKnownText holds the whole table against the sources, also where
// only two of its lines are run.
func TestBreaksAreOfKnownText(t *testing.T) {
	names := map[string]bool{}
	for _, b := range breaks {
		if names[b.name] {
			t.Errorf("%s is there twice", b.name)
		}
		names[b.name] = true
		if _, err := b.apply(harness.Root(t)); err != nil {
			t.Error(err)
		}
	}
	if _, err := (&sdkBreak{file: "wrapper/ticks.go", old: "no such text"}).apply(harness.Root(t)); err == nil ||
		!strings.Contains(err.Error(), "wrapper/ticks.go") {
		t.Errorf("a text that is not there: %v", err)
	}
}

// testBroken runs the test that b names against the broken SDK, natively.
func testBroken(t *testing.T, b *sdkBreak) (out string, passed bool) {
	t.Helper()
	root, dir := harness.Root(t), t.TempDir()
	overlay, binary := b.overlay(t, root, dir), filepath.Join(dir, "semantics.test")
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-ldflags=-s -w", "-overlay="+overlay, "-o", binary, ".")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("the SDK with %q does not compile, sdk/%s: %v\n%s", b.name, b.file, err, text)
	}
	run := exec.CommandContext(t.Context(), binary, "-test.run=^"+b.by+"$", "-test.failfast", "-test.timeout=2m")
	run.Env = append(os.Environ(), "SLUICE_ENGINES=native")
	text, err := run.CombinedOutput()
	if bad := regexp.MustCompile(`no tests to run|test timed out`).Find(text); bad != nil {
		t.Fatalf("%s: %s", bad, text)
	}
	return string(text), err == nil
}

// overlay writes the broken file, and the list by which the go command takes it in
// place of the source.
func (b *sdkBreak) overlay(t *testing.T, root, dir string) string {
	t.Helper()
	text, err := b.apply(root)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "broken.go")
	harness.WriteFile(t, file, text)
	list, err := json.Marshal(map[string]any{"Replace": map[string]string{b.path(root): file}})
	if err != nil {
		t.Fatal(err)
	}
	harness.WriteFile(t, filepath.Join(dir, "overlay.json"), string(list))
	return filepath.Join(dir, "overlay.json")
}
