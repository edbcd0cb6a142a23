package proxytest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"github.com/sluiceproxy/sluice/sdk/compat/emulator/wasmabi"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

// instance is a module that runs, in a runtime of its own.
type instance struct {
	runtime wazero.Runtime
	module  api.Module
}

var _ wasmabi.Instance = (*instance)(nil)

// Instantiate implements emulator.Module.
func (m *module) Instantiate(functions []wasmabi.Function) (wasmabi.Instance, error) {
	ctx := context.Background()
	in := &instance{runtime: m.newRuntime(ctx)}
	if err := in.start(ctx, m.code, functions); err != nil {
		return nil, errors.Join(fmt.Errorf("start the module: %w", err), in.Close())
	}
	return in, nil
}

func (in *instance) start(ctx context.Context, code []byte, functions []wasmabi.Function) error {
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, in.runtime); err != nil {
		return err
	}
	env := in.runtime.NewHostModuleBuilder("env")
	for _, f := range functions {
		env.NewFunctionBuilder().WithGoModuleFunction(in.function(f), valueTypes(f.Params), []api.ValueType{api.ValueTypeI32}).Export(f.Name)
	}
	if _, err := env.Instantiate(ctx); err != nil {
		return err
	}
	config := wazero.NewModuleConfig().WithStartFunctions("_initialize").WithStdout(os.Stdout).WithStderr(os.Stderr).
		WithSysWalltime().WithSysNanotime().WithRandSource(rand.Reader)
	var err error
	in.module, err = in.runtime.InstantiateWithConfig(ctx, code, config)
	return err
}

// function is a host function as wazero calls it: arguments and result share a
// slice.
func (in *instance) function(f wasmabi.Function) api.GoModuleFunc {
	return func(_ context.Context, caller api.Module, stack []uint64) {
		args := append([]uint64(nil), stack[:len(f.Params)]...)
		stack[0] = uint64(f.Call(&instance{in.runtime, caller}, args))
	}
}

func valueTypes(letters string) []api.ValueType {
	types := make([]api.ValueType, len(letters))
	for i, letter := range letters {
		if types[i] = api.ValueTypeI32; letter == 'I' {
			types[i] = api.ValueTypeI64
		}
	}
	return types
}

// Exports implements wasmabi.Instance.
func (in *instance) Exports(name string) bool { return in.module.ExportedFunction(name) != nil }

// Call implements wasmabi.Instance. What a trapped call wrote is on the standard
// error.
func (in *instance) Call(name string, args ...uint64) (uint64, error) {
	results, err := in.module.ExportedFunction(name).Call(context.Background(), args...)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: the module trapped, and is not called again: %v\n", name, err)
		return 0, err
	}
	if len(results) == 0 {
		return 0, nil
	}
	return results[0], nil
}

// Read implements wasmabi.Instance.
func (in *instance) Read(offset, size uint32) ([]byte, bool) {
	return in.module.Memory().Read(offset, size)
}

// Write implements wasmabi.Instance.
func (in *instance) Write(offset uint32, data []byte) bool {
	return in.module.Memory().Write(offset, data)
}

// Close implements wasmabi.Instance.
func (in *instance) Close() error { return in.runtime.Close(context.Background()) }
