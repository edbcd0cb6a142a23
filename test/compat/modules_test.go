package compat

import (
	"path/filepath"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestModules runs the tests of the two modules, which "go test ./..." in the
// repository's root leaves out, and compiles them for wasip1.
func TestModules(t *testing.T) {
	for _, name := range []string{"proxy-wasm-go-sdk", "wasm-go"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(harness.Root(t), "sdk", "compat", name)
			off := []string{"GOWORK=off"}
			goRun(t, dir, off, "test", "-mod=readonly", "./...")
			goRun(t, dir, off, "vet", "-mod=readonly", "./...")
			wasm := append(off, "GOOS=wasip1", "GOARCH=wasm")
			goRun(t, dir, wasm, "build", "-mod=readonly", "./...")
			goRun(t, dir, wasm, "build", "-mod=readonly", "-tags=sluice_no_nethttp,sluice_no_resp", "./...")
		})
	}
}
