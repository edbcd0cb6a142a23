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
	connect  Connect // of a module whose VMs are processes; else nil
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
	if err := vm.instantiate(ctx); err != nil {
		_ = vm.release(context.WithoutCancel(ctx))
		return nil, fmt.Errorf("%s: can't start the VM: %w", m.name, err)
	}
	return vm, nil
}

// instantiate makes the instance and runs the start functions. Only few host
// functions may be called meanwhile.
func (vm *VM) instantiate(ctx context.Context) error {
	vm.phase, vm.cur = phaseStart, &vm.self
	err := vm.guarded(ctx, "start function", func() error {
		mod, err := vm.module.runtime.wazero.InstantiateModule(vm.ctx, vm.module.compiled,
			wazero.NewModuleConfig().WithName("").WithStartFunctions())
		if err != nil {
			return err
		}
		vm.bind(mod)
		if vm.module.connect != nil {
			return vm.startRemote(ctx)
		}
		return nil
	})
	if err == nil {
		err = vm.runStartFunctions(ctx)
	}
	vm.phase, vm.cur = phaseCallback, nil
	return err
}
