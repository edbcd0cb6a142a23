package compat

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestModuleFiles builds one program with module files of many kinds.
func TestModuleFiles(t *testing.T) {
	replaced := goMod + "\nreplace github.com/higress-group/wasm-go => ./no/such/fork\n"
	for name, mod := range map[string]string{
		"nothing required": "module wasm-demo-go\n\ngo 1.24\n",
		"very old":         "module wasm-demo-go\n\ngo 1.18\n\nrequire github.com/higress-group/wasm-go v0.0.0-20230101000000-000000000000\n",
		"newer go line":    strings.Replace(goMod, "go 1.24", "go 1.25.0", 1),
		"own replacement":  replaced,
	} {
		t.Run(name, func(t *testing.T) {
			if code := build(t, program(t, "mock", mod)); len(code) < 1_000_000 {
				t.Errorf("the module has %d bytes", len(code))
			}
		})
	}
}

// TestWorkspace builds in a directory that a workspace file governs.
func TestWorkspace(t *testing.T) {
	dir := program(t, "mock", goMod)
	harness.WriteFile(t, filepath.Join(dir, "go.work"), "go 1.24\n\nuse .\n")
	build(t, dir)
}

// TestSizes compares a plugin that needs net/http with one that doesn't: what
// isn't imported must not be linked.
func TestSizes(t *testing.T) {
	dir := program(t, "mock", goMod)
	lean := build(t, dir)
	full := build(t, dir, plan(t, dir).Args...)
	if len(full)-len(lean) < 1_500_000 {
		t.Errorf("%d bytes with build tags, %d without: the tags save nothing", len(lean), len(full))
	}
	calls := plan(t, program(t, "httpcall", goMod))
	if got := strings.Join(calls.BuildArgs, " "); strings.Contains(got, "no_nethttp") {
		t.Errorf("a plugin with net/http is built with %s", got)
	}
}

// TestUnitTests runs a plugin's own tests, written for the field's test package.
func TestUnitTests(t *testing.T) {
	dir := program(t, "mock", goMod)
	harness.WriteFile(t, filepath.Join(dir, "main_test.go"), unitTest)
	p := plan(t, dir)
	out := goRun(t, dir, p.Env, append(append([]string{"test", "-v"}, p.Args...), ".")...)
	for _, want := range []string{"--- PASS: TestMock/go/answer", "--- PASS: TestMock/go/header", "--- SKIP: TestMock/wasm"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
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
			config, err := host.GetMatchConfig()
			if err != nil || !config.(*MyConfig).mockEnable {
				t.Fatalf("configuration is %v, %v", config, err)
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
`
