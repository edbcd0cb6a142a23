package host

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/sluiceproxy/sluice/host/internal/meter"
)

// Go can't stop compiled guest code from outside, nor collect garbage while it
// runs. So the guest comes by from time to time: package meter puts the calls in
// when the module is compiled.

// meterTurns is how many turns of loops the guest may take between two visits:
// a fraction of a millisecond.
const meterTurns = 1 << 15

// ErrTimeout is the cause of a TrapError when the guest did not return in time.
var ErrTimeout = errors.New("no return within the time limit")

// watch says when the guest has to be ended.
type watch struct {
	limit time.Duration   // of the call that runs; 0 means none
	until time.Time       // when limit is over; zero until the guest's first visit
	ctx   context.Context // ends the guest, too; nil means that nothing does
}

// visit is called by the guest from time to time. It returns an error if the
// guest has to end.
func (w *watch) visit(now func() time.Time) error {
	if w.ctx != nil && w.ctx.Err() != nil {
		return context.Cause(w.ctx)
	}
	switch {
	case w.limit <= 0:
	case w.until.IsZero():
		w.until = now().Add(w.limit)
	case now().After(w.until):
		return fmt.Errorf("%w of %v for one callback, so the VM was ended: look for a loop that doesn't end, "+
			"and do long work in pieces, for example in ticks", ErrTimeout, w.limit)
	}
	return nil
}

// registerMeter makes the function importable that metered modules call.
func registerMeter(ctx context.Context, r wazero.Runtime) error {
	visit := api.GoModuleFunc(func(ctx context.Context, _ api.Module, stack []uint64) {
		vm := vmOf(ctx)
		if vm == nil {
			panic(errNoVM)
		}
		if err := vm.watch.visit(time.Now); err != nil {
			panic(err) // wazero makes a trap of it
		}
		stack[0] = meterTurns
	})
	_, err := r.NewHostModuleBuilder(meter.Module).NewFunctionBuilder().
		WithGoModuleFunction(visit, nil, []api.ValueType{api.ValueTypeI32}).Export(meter.Function).Instantiate(ctx)
	return err
}

// guarded runs f, which calls into the guest, for StartTimeout at most, and no
// longer than ctx. The VM is dead then.
func (vm *VM) guarded(ctx context.Context, what string, f func() error) error {
	vm.watch = watch{limit: vm.o.StartTimeout, ctx: ctx}
	if vm.o.StartTimeout > 0 {
		vm.watch.until = time.Now().Add(vm.o.StartTimeout)
	}
	vm.starting = true
	err := f()
	vm.starting, vm.watch = false, watch{}
	if err == nil || ctx.Err() == nil && !errors.Is(err, ErrTimeout) {
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
