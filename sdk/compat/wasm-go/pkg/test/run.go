package test

import (
	"testing"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// registered is what the package under test registered: what a test registers
// later, with an emulator of its own, is not it.
var registered types.VMContext

// underTest returns the plugin that the package under test registers in init.
func underTest() types.VMContext {
	if registered == nil {
		registered = proxywasm.GetVMContext()
	}
	return registered
}

// RunGoTest runs f as a subtest "go", natively.
func RunGoTest(t *testing.T, f func(*testing.T)) {
	t.Helper()
	t.Run("go", f)
}

// RunWasmTest skips: this host runs plugins natively.
func RunWasmTest(t *testing.T, f func(*testing.T)) {
	t.Helper()
	t.Run("wasm", func(t *testing.T) {
		t.Skip("this host runs plugins natively; run the module itself with sluice run, or in a test with package host")
	})
}

// RunWasmTestWithPath is RunWasmTest.
func RunWasmTestWithPath(t *testing.T, wasmPath string, f func(*testing.T)) {
	t.Helper()
	RunWasmTest(t, f)
}

// RunTest is RunGoTest and RunWasmTest.
func RunTest(t *testing.T, f func(*testing.T)) {
	t.Helper()
	RunGoTest(t, f)
	RunWasmTest(t, f)
}

// RunTestWithPath is RunTest.
func RunTestWithPath(t *testing.T, wasmPath string, f func(*testing.T)) {
	t.Helper()
	RunTest(t, f)
}
