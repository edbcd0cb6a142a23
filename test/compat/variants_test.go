package compat

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/gotest"
	"github.com/sluiceproxy/sluice/test/compat/documents"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestModuleFiles builds one program with module files of many kinds.
func TestModuleFiles(t *testing.T) {
	replaced := documents.GoMod + "\nreplace github.com/higress-group/wasm-go => ./no/such/fork\n"
	for name, mod := range map[string]string{
		"nothing required": "module wasm-demo-go\n\ngo 1.24\n",
		"very old":         "module wasm-demo-go\n\ngo 1.18\n\nrequire github.com/higress-group/wasm-go v0.0.0-20230101000000-000000000000\n",
		"newer go line":    strings.Replace(documents.GoMod, "go 1.24", "go 1.25.0", 1),
		"own replacement":  replaced,
	} {
		t.Run(name, func(t *testing.T) {
			if code := build(t, documents.Program(t, "mock", mod)); len(code) < 1_000_000 {
				t.Errorf("the module has %d bytes", len(code))
			}
		})
	}
}

// TestWorkspace builds in a directory that a workspace file governs.
func TestWorkspace(t *testing.T) {
	dir := documents.Program(t, "mock", documents.GoMod)
	harness.WriteFile(t, filepath.Join(dir, "go.work"), "go 1.24\n\nuse .\n")
	build(t, dir)
}

// TestSizes compares a plugin that needs net/http with one that doesn't: what
// isn't imported must not be linked.
func TestSizes(t *testing.T) {
	dir := documents.Program(t, "mock", documents.GoMod)
	lean := build(t, dir)
	full := build(t, dir, plan(t, dir).Args...)
	if len(full)-len(lean) < 1_500_000 {
		t.Errorf("%d bytes with build tags, %d without: the tags save nothing", len(lean), len(full))
	}
	calls := plan(t, documents.Program(t, "httpcall", documents.GoMod))
	if got := strings.Join(calls.BuildArgs, " "); strings.Contains(got, "no_nethttp") {
		t.Errorf("a plugin with net/http is built with %s", got)
	}
}

// TestUnitTests runs a plugin's own tests, written for the field's test package,
// natively and as Wasm.
func TestUnitTests(t *testing.T) {
	if testing.Short() {
		t.Skip("builds modules and runs tests of plugins; run without -short")
	}
	dir := documents.Program(t, "mock", documents.GoMod)
	harness.WriteFile(t, filepath.Join(dir, "main_test.go"), unitTest)
	before := listFiles(t, dir)
	var out bytes.Buffer
	err := gotest.Run(context.Background(), gotest.Options{Dir: dir, Args: []string{"-v"}, Stdout: &out, Stderr: &out})
	for _, want := range []string{
		"--- PASS: TestMock/go/answer", "--- PASS: TestMock/go/header", "--- PASS: TestMock/wasm/answer", "--- PASS: TestMock/wasm/header",
		"--- PASS: TestConfiguration/go",
	} {
		if err != nil || !strings.Contains(out.String(), want) {
			t.Fatalf("%v, no %q in\n%s", err, want, out.String())
		}
	}
	if after := listFiles(t, dir); after != before {
		t.Errorf("the plugin's directory was changed:\n%s", after)
	}
	p := plan(t, dir)
	if out := goRun(t, dir, append(p.Env, "GOOS=wasip1", "GOARCH=wasm"), append(append([]string{"vet"}, p.Args...), ".")...); strings.Contains(out, "main.go") {
		t.Errorf("go vet: %s", out)
	}
}

const unitTest = `package main

import (
	"encoding/json"
	"testing"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/test"
)

var request = [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}}

func TestMock(t *testing.T) {
	test.RunTest(t, func(t *testing.T) {
		t.Run("answer", func(t *testing.T) {
			host, status := test.NewTestHost(json.RawMessage(` + "`" + `{"mockEnable": true}` + "`" + `))
			defer host.Reset()
			if status != types.OnPluginStartStatusOK {
				t.Fatal("the plugin did not start")
			}
			host.CallOnHttpRequestHeaders(request)
			if r := host.GetLocalResponse(); r == nil || string(r.Data) != "hello world" {
				t.Errorf("answer is %v", r)
			}
			host.CompleteHttp()
		})
		t.Run("header", func(t *testing.T) {
			host, _ := test.NewTestHost(nil)
			defer host.Reset()
			if a := host.CallOnHttpRequestHeaders(request, test.WithEndOfStream(true)); a != types.ActionContinue {
				t.Errorf("action is %v", a)
			}
			if !test.HasHeaderWithValue(host.GetRequestHeaders(), "Hello", "world") {
				t.Errorf("headers are %v", host.GetRequestHeaders())
			}
		})
	})
}

func TestConfiguration(t *testing.T) {
	test.RunGoTest(t, func(t *testing.T) {
		host, _ := test.NewTestHost(json.RawMessage(` + "`" + `{"mockEnable": true}` + "`" + `))
		defer host.Reset()
		config, err := host.GetMatchConfig()
		if err != nil || !config.(*MyConfig).mockEnable {
			t.Fatalf("configuration is %v, %v", config, err)
		}
	})
}
`
