package host

import (
	"context"
	"errors"
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
	var err error
	if vm.o.CallTimeout > 0 {
		err = vm.invokeLimited(f)
	} else {
		err = f.fn.CallWithStack(vm.run, vm.stack[:])
	}
	if err != nil {
		err = vm.fail(f.name, err) // logs in the name of the plugin that ran
	}
	vm.cur, vm.eff = nil, nil
	if err != nil || !f.result {
		return 0, err
	}
	return uint64(uint32(vm.stack[0])), nil
}

func (vm *VM) invokeLimited(f *guestFunc) error {
	ctx, cancel := context.WithTimeout(vm.run, vm.o.CallTimeout)
	defer cancel()
	err := f.fn.CallWithStack(ctx, vm.stack[:])
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("%w of %v for one callback, so the VM was ended: look for a loop that doesn't end, "+
			"and do long work in pieces, for example in ticks", ErrTimeout, vm.o.CallTimeout)
	}
	return err
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

// ErrTimeout is the cause of a TrapError when the guest did not return in time.
var ErrTimeout = errors.New("no return within the time limit")

// guarded runs f, which calls into the guest. On an interruptible runtime it
// doesn't wait longer than StartTimeout or ctx, and the VM is dead then.
func (vm *VM) guarded(ctx context.Context, what string, f func(ctx context.Context) error) error {
	if !vm.module.runtime.interruptible {
		return f(vm.ctx)
	}
	run, cancel := context.WithCancel(vm.ctx)
	defer cancel()
	if vm.o.StartTimeout > 0 {
		run, cancel = context.WithTimeout(run, vm.o.StartTimeout)
		defer cancel()
	}
	defer context.AfterFunc(ctx, cancel)()
	vm.run = run
	err := f(run)
	vm.run = vm.ctx
	if err == nil || run.Err() == nil {
		return err
	}
	cause := fmt.Errorf("%w of %v", ErrTimeout, vm.o.StartTimeout)
	if ctx.Err() != nil {
		cause = context.Cause(ctx)
	}
	var e error = &TrapError{Module: vm.module.name, Func: what, Err: cause}
	vm.dead.Store(&e)
	return e
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
		err := vm.guarded(ctx, name, func(ctx context.Context) error {
			err := f.fn.CallWithStack(ctx, vm.stack[:])
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
