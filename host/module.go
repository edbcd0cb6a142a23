package host

import (
	"context"
	"fmt"

	"github.com/tetratelabs/wazero"
)

// Module is a compiled module: immutable, and shared by all its VMs.
type Module struct {
	name     string
	runtime  *Runtime
	compiled wazero.CompiledModule
	abi      ABI
}

// Name returns the name that was given to Compile.
func (m *Module) Name() string { return m.name }

// ABI returns the version of the ABI that the module speaks.
func (m *Module) ABI() ABI { return m.abi }

// Close frees the compiled code. Close all VMs before.
func (m *Module) Close(ctx context.Context) error { return m.compiled.Close(ctx) }

// NewVM instantiates the module and runs its start functions (_initialize and
// main, or _start). proxy_on_vm_start runs with StartPlugin, as on Envoy: the
// root context that it is about is a plugin's. It must be called inside Do of
// o.Worker. ctx limits the start functions only.
func (m *Module) NewVM(ctx context.Context, o VMOptions) (*VM, error) {
	vm := newVM(m, o)
	err := vm.guarded(ctx, "start function", func(ctx context.Context) error {
		mod, err := m.runtime.wazero.InstantiateModule(ctx, m.compiled,
			wazero.NewModuleConfig().WithName("").WithStartFunctions())
		if err != nil {
			return err
		}
		vm.bind(mod)
		return nil
	})
	if err == nil {
		err = vm.runStartFunctions(ctx)
	}
	if err != nil {
		vm.release(context.WithoutCancel(ctx))
		return nil, fmt.Errorf("%s: can't start the VM: %w", m.name, err)
	}
	return vm, nil
}
