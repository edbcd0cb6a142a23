package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTest(t *testing.T) {
	dir := plugin(t, source)
	tests := "package main\n\nimport \"testing\"\n\nfunc TestGood(*testing.T) {}\n\nfunc TestBad(t *testing.T) { t.Fatal(\"bad ran\") }\n"
	if err := os.WriteFile(filepath.Join(dir, "main_test.go"), []byte(tests), 0o644); err != nil {
		t.Fatal(err)
	}
	sluice(t, "test", dir).wantFailure(t, "a test that fails", "the tests failed")
	if r := sluice(t, "test", dir, "--", "-run", "TestGood", "-v"); r.code != exitOK || !strings.Contains(r.stdout, "--- PASS: TestGood") {
		t.Errorf("flags for go test: %+v", r)
	}
	if r := sluice(t, "test", "--output", "json", dir, "--", "-run=TestBad"); r.code != exitFailure || !strings.HasPrefix(r.stdout, "{") || !strings.Contains(r.stdout, `"Action":"fail"`) {
		t.Errorf("JSON: %+v", r)
	}
	sluice(t, "test", "a", "b").wantUsage(t, "two directories", "takes one argument")
	sluice(t, "test", dir, "-run", "x").wantUsage(t, "a flag of go test before --", `flags of go test stand behind "--"`)
	sluice(t, "test", "").wantUsage(t, "an empty directory", "got an empty one")
	if r := sluice(t, "test", "--help"); !strings.Contains(r.stdout, "sluice test [DIR] [flags] [-- GO TEST FLAGS]\n") {
		t.Errorf("usage: %+v", r)
	}
	sluice(t, "test", filepath.Join(dir, "none")).wantFailure(t, "no directory", "none")
}
