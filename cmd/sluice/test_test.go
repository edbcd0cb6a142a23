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
	if r := sluice(t, "test", "--help"); !strings.Contains(r.stdout, "sluice test [DIR|FILE.wasm|IMAGE|hub:NAME] [flags] [-- GO TEST FLAGS]\n") {
		t.Errorf("usage: %+v", r)
	}
	sluice(t, "test", filepath.Join(dir, "none")).wantFailure(t, "no directory", "none")
}

// TestCases runs cases in place of Go tests.
func TestCases(t *testing.T) {
	dir := plugin(t, source)
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := write("good.yaml", "cases:\n- name: goes on\n  upstream: {method: GET}\n  client: {status: 200}\n")
	bad := write("bad.yaml", "cases:\n- name: is refused\n  upstream: none\n")
	wrong := write("wrong.yaml", "cases:\n- name: x\n  requst: {}\n")
	junit := filepath.Join(t.TempDir(), "junit.xml")
	r := sluice(t, "test", dir, "--cases", good, "--engine", "compiler", "--junit", junit)
	if r.code != exitOK || !strings.Contains(r.stdout, "ok   goes on (compiler ") {
		t.Errorf("good cases: %+v", r)
	}
	if b, err := os.ReadFile(junit); err != nil || !strings.Contains(string(b), `name="goes on/compiler"`) {
		t.Errorf("JUnit: %v %s", err, b)
	}
	if r = sluice(t, "test", dir, "--cases", bad, "--engine", "compiler", "--output", "json"); r.code != exitFailure || !strings.Contains(r.stdout, `"Action":"fail"`) {
		t.Errorf("bad cases: %+v", r)
	}
	sluice(t, "test", dir, "--cases", wrong).wantFailure(t, "an unknown key", "wrong.yaml:3: cases[0].requst: unknown key")
	sluice(t, "test", dir, "--engine", "v8").wantUsage(t, "an engine that there isn't", `no engine "v8"`)
	sluice(t, "test", dir, "--cases", good, "--", "-v").wantUsage(t, "flags of go test without Go tests", "don't run with --cases")
	if r = sluice(t, "test", "--schema"); r.code != exitOK || !strings.Contains(r.stdout, `"$schema"`) {
		t.Errorf("schema: %+v", r)
	}
}
