package scaffold

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// envoyConfig loads the module MODULE and answers every request itself.
const envoyConfig = `static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: 0}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: test
          route_config: {virtual_hosts: [{name: all, domains: ["*"], routes: [{match: {prefix: "/"}, direct_response: {status: 200}}]}]}
          http_filters:
          - name: plugin
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
              config: {vm_config: {runtime: envoy.wasm.runtime.v8, code: {local: {filename: "MODULE"}}}}
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
`

// TestClosedOnEnvoy lets a real Envoy, of whatever version, load a plugin that
// asks for files when it starts. Envoy before 1.39 refuses what plain Go makes
// of it.
func TestClosedOnEnvoy(t *testing.T) {
	envoy := harness.OneEnvoy(t).Path
	ctx, dir := testContext(t), filepath.Join(t.TempDir(), "plugin")
	if _, err := New(ctx, Options{Name: "files", Dir: dir, SDK: checkout(t)}); err != nil {
		t.Fatal(err)
	}
	files := `package main

import (
	"os"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

func useFiles() {
	_, list := os.ReadDir("/etc")
	_, stat := os.Stat("/etc")
	proxywasm.LogCriticalf("list: %v; stat: %v", list, stat)
}
`
	main, err := os.ReadFile(filepath.Join(dir, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(main), "error {\n", "error {\n\tuseFiles()\n", 1)
	if err := errors.Join(os.WriteFile(filepath.Join(dir, "main.go"), []byte(text), 0o644),
		os.WriteFile(filepath.Join(dir, "files.go"), []byte(files), 0o644)); err != nil {
		t.Fatal(err)
	}
	r, err := build.Build(ctx, build.Options{Dir: dir, Target: build.Envoy})
	if err != nil || len(r.Closed) == 0 {
		t.Fatalf("closed %+v, %v", r, err)
	}
	config := filepath.Join(dir, "envoy.yaml")
	if err := os.WriteFile(config, []byte(strings.Replace(envoyConfig, "MODULE", r.Output, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(ctx, envoy, "-c", config, "--mode", "validate", "-l", "error").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "stat /etc: Not implemented") {
		t.Errorf("%v\n%s", err, out)
	}
}
