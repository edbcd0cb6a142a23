package host

import (
	"context"
	"fmt"
)

// callContext is the context of every call into the guest: host functions find
// their VM in it with one type assertion.
type callContext struct {
	context.Context
	vm   *VM
	life context.Context // ends with the VM
}

type vmKey struct{}

// Value gives the VM for vmKey, also through derived contexts.
func (c *callContext) Value(key any) any {
	if _, ok := key.(vmKey); ok {
		return c.vm
	}
	return c.Context.Value(key)
}

// vmOf returns the VM that a host function was called by; nil if there is none.
func vmOf(ctx context.Context) *VM {
	if c, ok := ctx.(*callContext); ok {
		return c.vm
	}
	vm, _ := ctx.Value(vmKey{}).(*VM)
	return vm
}

// call runs a callback in the context sc. ok is false if the guest doesn't have
// it. After-call actions are not run: the caller does that.
func (vm *VM) call(sc *scope, cb callback, args ...uint64) (result uint64, ok bool, err error) {
	f := vm.funcs[cb]
	if p := vm.dead.Load(); p != nil {
		return 0, false, *p
	}
	if f == nil {
		return 0, false, nil
	}
	result, err = vm.invoke(sc, f, args...)
	return result, true, err
}

// invoke runs a guest function with the first of args that it takes.
func (vm *VM) invoke(sc *scope, f *guestFunc, args ...uint64) (uint64, error) {
	if vm.cur != nil {
		return 0, fmt.Errorf("%s: %s: %w", vm.module.name, f.name, ErrBusy)
	}
	copy(vm.stack[:], args)
	vm.cur, vm.eff = sc, nil
	if !vm.starting {
		vm.watch = watch{limit: vm.o.CallTimeout}
	}
	err := f.fn.CallWithStack(vm.ctx, vm.stack[:])
	if err != nil {
		err = vm.fail(f.name, err) // logs in the name of the plugin that ran
	}
	vm.cur, vm.eff = nil, nil
	if err != nil || !f.result {
		return 0, err
	}
	return uint64(uint32(vm.stack[0])), nil
}

// runAfter runs the after-call actions, which may call into the VM again, and
// ends the effect of a local reply on actions.
func (vm *VM) runAfter() {
	vm.stop = false
	for len(vm.after) > 0 {
		f := vm.after[0]
		vm.after = vm.after[1:]
		f()
	}
}

// runStartFunctions runs what a WASI reactor or command wants to run first.
func (vm *VM) runStartFunctions(ctx context.Context) error {
	names := []string{"_start"}
	if vm.mod.ExportedFunction("_initialize") != nil {
		names = []string{"_initialize", "main"}
		if vm.mod.ExportedFunction("main") == nil {
			names[1] = "__main_void"
		}
	}
	for _, name := range names {
		f := resolve(vm.mod, name)
		if f == nil {
			continue
		}
		err := vm.guarded(ctx, name, func() error {
			err := f.fn.CallWithStack(vm.ctx, vm.stack[:])
			if err != nil && vm.dead.Load() == nil {
				err = vm.fail(name, err)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
