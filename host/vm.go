package host

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tetratelabs/wazero/api"
)

// Errors for which a VM refuses calls.
var (
	// ErrClosed: the VM was closed.
	ErrClosed = errors.New("the VM is closed")
	// ErrBusy: the VM was called while it runs a call.
	ErrBusy = errors.New("the VM was called from inside one of its own host calls")
)

// TrapError says how a VM died.
type TrapError struct {
	// Module is the name of the module.
	Module string
	// Func is the guest function that the host had called.
	Func string
	// Err is wazero's error; its text has the guest's stack behind the first line.
	Err error
}

// Error is one line: where and why, without the guest's stack.
func (e *TrapError) Error() string {
	return e.Module + ": " + e.Func + " failed: " + firstLine(trapText(e.Err))
}

// trapText is the text of an engine's error without what concerns nobody.
func trapText(err error) string {
	return strings.Replace(err.Error(), " (recovered by wazero)", "", 1)
}

// Unwrap returns the error of the engine.
func (e *TrapError) Unwrap() error { return e.Err }

// VM is one instance of a module. All methods but Closed must be called inside
// Do of its Worker.
type VM struct {
	module *Module
	o      VMOptions
	ctx    *callContext
	cancel context.CancelFunc

	mod    api.Module
	mem    api.Memory
	funcs  [callbackCount]*guestFunc
	malloc *guestFunc
	remote *remote    // the guest, where it is another process; else nil
	stack  [16]uint64 // arguments and results of the call that runs
	mstack [4]uint64  // the same for malloc, which runs inside a call

	dead  atomic.Pointer[error] // why calls are refused
	phase phase
	cur   *scope // whose callback runs; nil while no guest code runs
	eff   *scope // set by proxy_set_effective_context during a callback
	stop  bool   // a local reply was sent: the callback's action is overridden
	after []func()

	watch    watch
	starting bool // guarded runs: the limit is that of the whole start

	self    scope // context 0: start functions
	scopes  map[uint32]*scope
	nextID  uint32
	plugins []*Plugin

	started time.Time
	env     [][]byte
	out     [2]lineBuffer // stdout and stderr
	calls   map[uint32]*callout
	token   uint32
	redis   map[string]RedisConn
	metrics metricTable
	pathBuf []string

	closing bool
	closed  chan struct{}
}

// phase restricts the host calls that the guest may do.
type phase uint8

const (
	phaseCallback phase = 1 << iota
	phaseStart
	phaseMalloc
)

func newVM(m *Module, o VMOptions) *VM {
	o = o.withDefaults()
	vm := &VM{
		module: m, o: o, phase: phaseCallback, nextID: 1,
		scopes: map[uint32]*scope{}, calls: map[uint32]*callout{},
		redis: map[string]RedisConn{}, closed: make(chan struct{}),
		started: o.Now(), env: environ(o.Env),
	}
	vm.metrics.init(o.Metrics)
	vm.self = scope{vm: vm}
	ctx, cancel := context.WithCancel(context.Background())
	vm.cancel = cancel
	// The guest runs with a context that never ends, since wazero would watch
	// one that can.
	vm.ctx = &callContext{Context: context.Background(), vm: vm, life: ctx}
	o.Shared.acquire(o.Name)
	return vm
}

// bind resolves what the host needs of an instance.
func (vm *VM) bind(mod api.Module) {
	vm.mod, vm.mem = mod, memoryOf(mod)
	for i := range guestFuncs {
		vm.funcs[i] = resolve(mod, guestFuncs[i].name)
	}
	if vm.malloc = resolve(mod, "malloc"); vm.malloc == nil {
		vm.malloc = resolve(mod, "proxy_on_memory_allocate")
	}
}

// memoryOf returns the memory of an instance, or nil. wazero wraps a nil pointer
// for a module without memory.
func memoryOf(mod api.Module) api.Memory {
	mem := mod.Memory()
	if v := reflect.ValueOf(mem); !v.IsValid() || v.IsNil() {
		return nil
	}
	return mem
}

// Module returns the module that the VM is an instance of.
func (vm *VM) Module() *Module { return vm.module }

// Worker returns the worker that the VM belongs to.
func (vm *VM) Worker() *Worker { return vm.o.Worker }

// Err returns nil while the VM can be used, and otherwise why it can't: a
// *TrapError, or ErrClosed. It may be called anywhere.
func (vm *VM) Err() error {
	if p := vm.dead.Load(); p != nil {
		return *p
	}
	return nil
}

// MemorySize returns the size of the guest's memory in bytes.
func (vm *VM) MemorySize() uint32 {
	if vm.mem == nil {
		return 0
	}
	return vm.mem.Size()
}

// fail marks the VM dead and logs why. The first reason stays.
func (vm *VM) fail(fn string, err error) error {
	var e error = &TrapError{Module: vm.module.name, Func: fn, Err: err}
	if !vm.dead.CompareAndSwap(nil, &e) {
		return vm.Err()
	}
	vm.flushOutput()
	vm.log(LogError, "Function: "+fn+" failed: "+trapText(err))
	vm.stopTicks()
	vm.after = nil
	return e
}

// Close ends what is left: the streams, then the plugins (proxy_on_done,
// proxy_on_delete); it stops ticks and callouts and frees the memory. A plugin
// whose proxy_on_done says false keeps the VM until it calls proxy_done, or until
// DoneTimeout; Close does not wait for that, Closed does.
func (vm *VM) Close(ctx context.Context) error {
	if vm.closing {
		return nil
	}
	if vm.cur != nil {
		return fmt.Errorf("%s: Close: %w", vm.module.name, ErrBusy)
	}
	vm.closing = true
	for _, s := range vm.streams() {
		s.finish()
	}
	for _, p := range append([]*Plugin(nil), vm.plugins...) {
		p.Close()
	}
	if len(vm.plugins) == 0 {
		return vm.release(ctx)
	}
	time.AfterFunc(vm.o.DoneTimeout, func() {
		vm.o.Worker.Post(func() {
			for _, p := range append([]*Plugin(nil), vm.plugins...) {
				p.remove()
			}
		})
	})
	return nil
}

// streams returns the stream contexts that live, in the order of their ids.
func (vm *VM) streams() []*scope {
	var list []*scope
	for id := uint32(1); id < vm.nextID && len(list) < len(vm.scopes); id++ {
		if s := vm.scopes[id]; s != nil && !s.isRoot() {
			list = append(list, s)
		}
	}
	return list
}

// Closed returns a channel that is closed when Close has freed everything.
func (vm *VM) Closed() <-chan struct{} { return vm.closed }

// release frees the instance; it runs once.
func (vm *VM) release(ctx context.Context) error {
	select {
	case <-vm.closed:
		return nil
	default:
	}
	vm.collectCoverage()
	closed := ErrClosed
	vm.dead.CompareAndSwap(nil, &closed)
	vm.stopTicks()
	vm.cancel()
	vm.o.Shared.release(vm.o.Name, vm)
	close(vm.closed)
	vm.flushOutput()
	if vm.remote != nil {
		vm.remote.close()
	}
	if vm.mod == nil {
		return nil
	}
	return vm.mod.Close(ctx)
}
