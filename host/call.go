package host

import (
	"context"
	"errors"
	"fmt"
	"time"
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
	if vm.o.CallTimeout > 0 && vm.module.runtime.interruptible {
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
		return fmt.Errorf("no return within %v (CallTimeout)", vm.o.CallTimeout)
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

// errRunaway is the cause of a start that did not come back.
var errRunaway = errors.New("no return within the time limit")

// guarded runs f, which calls into the guest, but does not wait longer than
// StartTimeout or ctx. On a runtime that isn't interruptible, f goes on in the
// background then; it ends with its next host call.
func (vm *VM) guarded(ctx context.Context, what string, f func(ctx context.Context) error) error {
	limit := vm.o.StartTimeout
	if limit <= 0 {
		return f(vm.ctx)
	}
	run := context.Context(vm.ctx)
	if vm.module.runtime.interruptible {
		c, cancel := context.WithTimeout(vm.ctx, limit)
		defer cancel()
		run, vm.run = c, c
		defer func() { vm.run = vm.ctx }()
	}
	done := make(chan error, 1)
	go func() { done <- f(run) }()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		if vm.module.runtime.interruptible {
			<-done
		}
	case <-ctx.Done():
		if vm.module.runtime.interruptible && vm.mod != nil {
			_ = vm.mod.CloseWithExitCode(context.Background(), 1)
			<-done
		}
		return vm.abandon(what, context.Cause(ctx))
	}
	return vm.abandon(what, fmt.Errorf("%w of %v", errRunaway, limit))
}

// abandon marks the VM dead while guest code may still run in it.
func (vm *VM) abandon(what string, err error) error {
	var e error = &TrapError{Module: vm.module.name, Func: what, Err: err}
	vm.dead.CompareAndSwap(nil, &e)
	vm.runaway = !vm.module.runtime.interruptible
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
	vm.phase = phaseStart
	defer func() { vm.phase = phaseCallback }()
	for _, name := range names {
		f := resolve(vm.mod, name)
		if f == nil {
			continue
		}
		err := vm.guarded(ctx, name, func(ctx context.Context) error {
			vm.cur = &vm.self
			err := f.fn.CallWithStack(ctx, vm.stack[:])
			if err != nil {
				err = vm.fail(name, err)
			}
			vm.cur = nil
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
