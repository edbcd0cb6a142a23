package host

import (
	"context"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// hostFunction is a function that the guest may import. run gets the arguments
// in the stack and returns the status or errno.
type hostFunction struct {
	module, name    string
	params, results []api.ValueType
	since, until    ABI   // the ABI versions that have it; zero means all
	phases          phase // when the guest may call it
	run             func(vm *VM, s []uint64) uint32
}

func (f *hostFunction) offered(a ABI) bool {
	return a >= f.since && (f.until == 0 || a <= f.until)
}

// hostFunctions are all of them by "module.name".
var hostFunctions = buildHostFunctions()

func buildHostFunctions() map[string]*hostFunction {
	all := map[string]*hostFunction{}
	for _, list := range [][]hostFunction{proxyFunctions(), emscriptenFunctions(), wasiFunctions("wasi_snapshot_preview1"), wasiFunctions("wasi_unstable")} {
		for i := range list {
			all[list[i].module+"."+list[i].name] = &list[i]
		}
	}
	return all
}

// types makes value types of letters: i is i32, I is i64.
func types(letters string) []api.ValueType {
	t := make([]api.ValueType, len(letters))
	for i, c := range letters {
		t[i] = api.ValueTypeI32
		if c == 'I' {
			t[i] = api.ValueTypeI64
		}
	}
	return t
}

// registerHost makes the host functions importable in a wazero runtime.
func registerHost(ctx context.Context, r wazero.Runtime) error {
	builders := map[string]wazero.HostModuleBuilder{}
	for _, f := range hostFunctions {
		b := builders[f.module]
		if b == nil {
			b = r.NewHostModuleBuilder(f.module)
			builders[f.module] = b
		}
		b.NewFunctionBuilder().WithGoModuleFunction(f.handler(), f.params, f.results).Export(f.name)
	}
	for _, b := range builders {
		if _, err := b.Instantiate(ctx); err != nil {
			return err
		}
	}
	return nil
}

// errNoVM: wazero called a host function for something that isn't a VM of ours.
var errNoVM = errors.New("called outside a VM")

func (f *hostFunction) handler() api.GoModuleFunc {
	run, phases, hasResult := f.run, f.phases, len(f.results) > 0
	return func(ctx context.Context, mod api.Module, stack []uint64) {
		vm := vmOf(ctx)
		if vm == nil {
			panic(errNoVM)
		}
		if vm.phase&phases == 0 || vm.dead.Load() != nil {
			f.refuse(vm)
		}
		if vm.mem == nil { // the module's own start function runs
			vm.mem = memoryOf(mod)
		}
		status := run(vm, stack)
		if hasResult {
			stack[0] = uint64(status)
		}
	}
}

// refuse ends the guest's call: wazero turns the panic into a trap.
func (f *hostFunction) refuse(vm *VM) {
	if err := vm.Err(); err != nil {
		panic(err)
	}
	when := "the start functions"
	if vm.phase == phaseMalloc {
		when = "the allocator"
	}
	panic(fmt.Errorf("%s.%s may not be called inside %s", f.module, f.name, when))
}
