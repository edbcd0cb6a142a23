package test

import (
	"os"
	"sync"
	"testing"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/proxytest"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// registered is what the package under test registered: what a test registers
// later, with an emulator of its own, is not it.
var registered types.VMContext

// inWasm is the module that tests run now, nil for the plugin that is linked into
// the test. modes is held by those of one mode.
var (
	inWasm types.VMContext
	modes  sync.Mutex
)

// underTest returns the plugin to start.
func underTest() types.VMContext {
	if registered == nil {
		registered = proxywasm.GetVMContext()
	}
	if inWasm != nil {
		return inWasm
	}
	return registered
}

// RunGoTest runs f as a subtest "go", natively.
func RunGoTest(t *testing.T, f func(*testing.T)) {
	t.Helper()
	underTest()
	t.Run("go", func(t *testing.T) { runWith(t, nil, f) })
}

// RunWasmTest runs f as a subtest "wasm", in which NewTestHost starts the package
// under test as Wasm. It is built for that, once, or read from the file that the
// variable WASM_FILE_PATH names. A package that can't be built fails the test.
func RunWasmTest(t *testing.T, f func(*testing.T)) {
	t.Helper()
	underTest()
	t.Run("wasm", func(t *testing.T) {
		path := os.Getenv("WASM_FILE_PATH")
		if path == "" {
			runModule(t, built, f)
			return
		}
		runFile(t, path, f)
	})
}

// RunWasmTestWithPath is RunWasmTest with a module from a file. Its header
// callbacks tell the host the actions that are safe on a gateway, unless it was
// built with the tag sluice_emulator.
func RunWasmTestWithPath(t *testing.T, wasmPath string, f func(*testing.T)) {
	t.Helper()
	underTest()
	t.Run("wasm", func(t *testing.T) { runFile(t, wasmPath, f) })
}

// RunTest is RunGoTest and RunWasmTest.
func RunTest(t *testing.T, f func(*testing.T)) {
	t.Helper()
	RunGoTest(t, f)
	RunWasmTest(t, f)
}

// RunTestWithPath is RunGoTest and RunWasmTestWithPath.
func RunTestWithPath(t *testing.T, wasmPath string, f func(*testing.T)) {
	t.Helper()
	RunGoTest(t, f)
	RunWasmTestWithPath(t, wasmPath, f)
}

func runFile(t *testing.T, path string, f func(*testing.T)) {
	t.Helper()
	runModule(t, func() (types.VMContext, error) {
		code, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		module, err := proxytest.NewWasmVMContext(code)
		if err == nil {
			t.Cleanup(func() {
				if err := module.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		return module, err
	}, f)
}

func runModule(t *testing.T, module func() (types.VMContext, error), f func(*testing.T)) {
	t.Helper()
	m, err := module()
	if err != nil {
		t.Fatalf("no module to test: %v", err)
	}
	runWith(t, m, f)
}

// runWith runs f while the plugin under test is m. Subtests that run in parallel
// are waited for.
func runWith(t *testing.T, m types.VMContext, f func(*testing.T)) {
	t.Helper()
	modes.Lock()
	inWasm = m
	t.Cleanup(func() {
		inWasm = nil
		modes.Unlock()
	})
	f(t)
}
