package gotest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build/compat"
	"github.com/sluiceproxy/sluice/build/origin"
)

const plain = `package main

import "testing"

func TestGood(t *testing.T) { println("good ran") }

func TestBad(t *testing.T) { t.Fatal("bad ran") }
`

// plugin writes files into a directory of their own.
func plugin(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// run tests a directory and returns what was printed.
func run(t *testing.T, o Options) (stdout, stderr string, err error) {
	t.Helper()
	var out, errOut bytes.Buffer
	o.Stdout, o.Stderr = &out, &errOut
	err = Run(context.Background(), o)
	return out.String(), errOut.String(), err
}

func TestPlainModule(t *testing.T) {
	dir := plugin(t, map[string]string{
		"go.mod": "module example.com/demo\n\ngo 1.24\n", "main.go": "package main\n\nfunc main() {}\n", "main_test.go": plain,
		"inner/x_test.go": "package inner\n\nimport \"testing\"\n\nfunc TestInner(*testing.T) {}\n",
	})
	out, _, err := run(t, Options{Dir: dir})
	if !errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), dir) || !strings.Contains(out, "bad ran") || !strings.Contains(out, "example.com/demo/inner") {
		t.Errorf("everything: %v\n%s", err, out)
	}
	out, errOut, err := run(t, Options{Dir: dir, Args: []string{"-run", "TestGood", "-v", "-count=1"}})
	if err != nil || !strings.Contains(out, "--- PASS: TestGood") || strings.Contains(out, "TestBad") {
		t.Errorf("one test: %v\n%s%s", err, out, errOut)
	}
	if out, _, err := run(t, Options{Dir: dir, Args: []string{"./inner", "-v"}}); err != nil || strings.Contains(out, "TestBad") {
		t.Errorf("one package: %v\n%s", err, out)
	}
}

func TestJSON(t *testing.T) {
	dir := plugin(t, map[string]string{"go.mod": "module example.com/demo\n\ngo 1.24\n", "x_test.go": plain})
	out, _, err := run(t, Options{Dir: dir, JSON: true})
	if !errors.Is(err, ErrFailed) {
		t.Errorf("error is %v", err)
	}
	failed := false
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var event struct{ Action, Test string }
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		failed = failed || event.Action == "fail" && event.Test == "TestBad"
	}
	if !failed {
		t.Errorf("no event of the test that fails in %s", out)
	}
}

// TestForOtherSDK tests a plugin for Higress' Go SDK, with a go line and a format
// of former times.
func TestForOtherSDK(t *testing.T) {
	sdk, err := origin.Find()
	if err != nil {
		t.Fatal(err)
	}
	const source = `package main

import (
	"fmt"

	"github.com/higress-group/wasm-go/pkg/wrapper"
)

func main() {}

func say(text string) string { return fmt.Sprintf(text) + wrapper.AILogKey }
`
	const tests = `package main

import (
	"os"
	"testing"
)

func TestSay(t *testing.T) {
	if say("x") != "xai_log" {
		t.Error(say("x"))
	}
	println(os.Getenv("SLUICE_BUILD_ARGS"))
}
`
	const mod = "module demo\n\ngo 1.19\n\nrequire github.com/higress-group/wasm-go v0.0.0-20250822030947-8345453fddd0\n"
	dir := plugin(t, map[string]string{"go.mod": mod, "main.go": source, "main_test.go": tests})
	out, errOut, err := run(t, Options{Dir: dir, SDK: sdk, Args: []string{"-v"}, Env: []string{"GOPROXY=off"}})
	if err != nil || !strings.Contains(out+errOut, "-modfile=") {
		t.Errorf("%v\n%s%s", err, out, errOut)
	}
	if !strings.Contains(errOut, "imports Higress' Go SDK") || !strings.Contains(errOut, "go 1.24.0") {
		t.Errorf("it does not say what it does: %s", errOut)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("the plugin's directory has %v, %v", entries, err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "go.mod")); err != nil || string(b) != mod {
		t.Errorf("its go.mod is now %s, %v", b, err)
	}
}

func TestErrors(t *testing.T) {
	if _, _, err := run(t, Options{Dir: t.TempDir()}); !errors.Is(err, compat.ErrNoModule) {
		t.Errorf("no module: %v", err)
	}
	if err := Run(context.Background(), Options{Dir: filepath.Join(t.TempDir(), "none")}); err == nil {
		t.Error("no error for a directory that isn't there")
	}
	dir := plugin(t, map[string]string{"go.mod": "module example.com/demo\n\ngo 1.24\n", "x_test.go": "package x\n\nfunc {"})
	if _, errOut, err := run(t, Options{Dir: dir}); !errors.Is(err, ErrFailed) {
		t.Errorf("a test that does not compile: %v, %s", err, errOut)
	}
}

// TestCancel stops tests that would run for a minute.
func TestCancel(t *testing.T) {
	dir := plugin(t, map[string]string{"go.mod": "module example.com/demo\n\ngo 1.24\n",
		"x_test.go": "package x\n\nimport (\n\t\"fmt\"\n\t\"testing\"\n\t\"time\"\n)\n\nfunc TestLong(t *testing.T) {\n\tfmt.Println(\"it runs\")\n\ttime.Sleep(time.Minute)\n}\n"})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	start := time.Now()
	err := Run(ctx, Options{Dir: dir, Args: []string{"-v"}, Stdout: writer(func(text string) {
		if strings.Contains(text, "it runs") { // shown while it runs
			cancel()
		}
	})})
	if !errors.Is(err, context.Canceled) || time.Since(start) > 45*time.Second {
		t.Errorf("error is %v after %s", err, time.Since(start))
	}
}

type writer func(string)

func (w writer) Write(b []byte) (int, error) {
	w(string(b))
	return len(b), nil
}

// TestExportedGOOS: what plain Go needs to build a plugin may stay exported.
func TestExportedGOOS(t *testing.T) {
	dir := plugin(t, map[string]string{"go.mod": "module example.com/demo\n\ngo 1.24\n", "x_test.go": plain})
	out, errOut, err := run(t, Options{Dir: dir, Env: []string{"GOOS=wasip1", "GOARCH=wasm"}, Args: []string{"-run", "TestGood", "-v"}})
	if err != nil || !strings.Contains(out, "--- PASS: TestGood") {
		t.Errorf("%v\n%s%s", err, out, errOut)
	}
}

func TestNoDirectory(t *testing.T) {
	dir := plugin(t, map[string]string{"main.go": "package main\n"})
	for name, want := range map[string]string{"main.go": "is a file; give the directory", "none": "no such file", "...": "is a pattern"} {
		if _, _, err := run(t, Options{Dir: filepath.Join(dir, name)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}
