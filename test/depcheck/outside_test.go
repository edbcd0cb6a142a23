package depcheck

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// maxSums is how many lines of go.sum a plugin may pay for importing the SDK.
const maxSums = 12

// outsidePlugin is a plugin as its author writes it.
const outsidePlugin = `package main

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("outside", wrapper.ProcessRequestHeadersBy(onHttpRequestHeaders))
}

type config struct{}

func onHttpRequestHeaders(_ wrapper.HttpContext, _ config, _ log.Log) types.Action {
	_ = proxywasm.AddHttpRequestHeader("hello", "world")
	return types.HeaderContinue
}
`

// run runs a command in dir and ends the test when it fails.
func run(t *testing.T, dir string, env []string, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOWORK=off", "GOFLAGS="), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}

func TestPluginOutsideTheRepository(t *testing.T) {
	dir := t.TempDir()
	const goLine = "go 1.24.0"
	harness.WriteFile(t, filepath.Join(dir, "go.mod"), fmt.Sprintf(
		"module example.com/outside\n\n%s\n\nrequire %s v0.0.0\n\nreplace %s => %s\n", goLine, module, module, harness.Root(t)))
	harness.WriteFile(t, filepath.Join(dir, "main.go"), outsidePlugin)

	run(t, dir, nil, "go", "mod", "tidy")
	run(t, dir, []string{"GOOS=wasip1", "GOARCH=wasm"}, "go", "build", "-buildmode=c-shared", "-o", "main.wasm", "./")

	code := read(t, dir, "main.wasm")
	if !bytes.HasPrefix(code, []byte("\x00asm\x01\x00\x00\x00")) {
		t.Error("main.wasm is not a Wasm module")
	}
	sums := bytes.Count(read(t, dir, "go.sum"), []byte("\n"))
	if sums > maxSums {
		t.Errorf("go.sum of a plugin has %d lines, want at most %d:\n%s", sums, maxSums, read(t, dir, "go.sum"))
	}
	if mod := read(t, dir, "go.mod"); !bytes.Contains(mod, []byte("\n"+goLine+"\n")) {
		t.Errorf("the SDK raised the plugin's %q:\n%s", goLine, mod)
	}
	t.Logf("%d lines of go.sum, %d bytes of module", sums, len(code))
}

// read returns the content of dir/name.
func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
