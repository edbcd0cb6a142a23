package proxytest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/sluiceproxy/sluice/sdk/compat/emulator"
	"github.com/sluiceproxy/sluice/sdk/compat/emulator/wasmabi"
	"github.com/tetratelabs/wazero"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// WasmVMContext is a plugin that runs as Wasm. Give it to
// EmulatorOption.WithVMContext: each emulator runs an instance of its own. Close
// ends them all.
type WasmVMContext interface {
	types.VMContext
	io.Closer
}

// module is a WasmVMContext.
type module struct {
	types.DefaultVMContext
	code  []byte
	cache wazero.CompilationCache
}

var _ emulator.Module = (*module)(nil)

// NewWasmVMContext compiles a module, which takes seconds for a large one. The
// error names a host function that this emulator does not have.
//
// To be told the actions that the plugin's callbacks return, rather than those
// that are safe on a gateway, build the module with the tag sluice_emulator.
func NewWasmVMContext(wasm []byte) (WasmVMContext, error) {
	m := &module{code: wasm, cache: wazero.NewCompilationCache()}
	if err := m.check(context.Background()); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

// check compiles the module and looks for the host functions that it needs.
func (m *module) check(ctx context.Context) error {
	runtime := m.newRuntime(ctx)
	defer runtime.Close(ctx)
	compiled, err := runtime.CompileModule(ctx, m.code)
	if err != nil {
		return fmt.Errorf("compile the module: %w", err)
	}
	for _, f := range compiled.ImportedFunctions() {
		space, name, _ := f.Import()
		known := func(f wasmabi.Function) bool { return f.Name == name }
		if space == "env" && !slices.ContainsFunc(wasmabi.Functions(nil), known) {
			return fmt.Errorf("the module needs the host function %s, which this emulator does not have", name)
		}
	}
	return nil
}

func (m *module) newRuntime(ctx context.Context) wazero.Runtime {
	return wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCompilationCache(m.cache))
}

// Close implements io.Closer.
func (m *module) Close() error { return m.cache.Close(context.Background()) }
