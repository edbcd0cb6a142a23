package host

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host/internal/wasmtest"
)

// marker gives m the ABI marker and an allocator with the given code.
func marker(m *wasmtest.Module, malloc ...[]byte) *wasmtest.Module {
	m.Func("proxy_abi_version_0_2_1", ":", 0)
	m.Func("proxy_on_memory_allocate", "i:i", 1, malloc...)
	return m
}

// eachRuntime runs f with both engines.
func eachRuntime(t *testing.T, f func(t *testing.T, r *Runtime)) {
	t.Helper()
	for name, o := range map[string]RuntimeOptions{"compiler": {}, "interpreter": {Interpreter: true}} {
		t.Run(name, func(t *testing.T) {
			o.CacheDir = "-"
			r, err := NewRuntime(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			f(t, r)
		})
	}
}

func TestHostileAllocators(t *testing.T) {
	for name, c := range map[string]struct {
		malloc [][]byte
		want   Status
		dead   string
	}{
		"null":           {[][]byte{wasmtest.I32(0)}, StatusInvalidMemoryAccess, ""},
		"outside":        {[][]byte{wasmtest.I32(-1)}, StatusInvalidMemoryAccess, ""},
		"just outside":   {[][]byte{wasmtest.I32(2*65536 - 1)}, StatusInvalidMemoryAccess, ""},
		"at zero's side": {[][]byte{wasmtest.I32(8)}, StatusOK, ""},
		"trap":           {[][]byte{wasmtest.Unreachable}, 0, "unreachable"},
		"recursion":      {[][]byte{wasmtest.Get(0), wasmtest.Call(6)}, 0, "stack overflow"},
		"host call":      {[][]byte{wasmtest.I32(0), wasmtest.I32(0), wasmtest.I32(0), wasmtest.Call(0)}, 0, "may not be called inside the allocator"},
	} {
		eachRuntime(t, func(t *testing.T, rt *Runtime) {
			m := wasmtest.New(2)
			get := m.Import("env", "proxy_get_header_map_pairs", "iii:i")
			for range 4 { // so that the allocator has the number 6
				m.Import("env", "proxy_done", ":i")
			}
			marker(m, c.malloc...)
			m.Func("go", ":i", 0, wasmtest.I32(0), wasmtest.I32(100), wasmtest.I32(104), wasmtest.Call(get))
			vm := newTestVM(t, rt, m, VMOptions{})
			p, err := vm.StartPlugin(context.Background(), "p", nil)
			if err != nil {
				t.Fatal(err)
			}
			h := p.NewHTTPStream(newFakeHTTP())
			h.created, h.maps[0] = true, true
			v, err := vm.invoke(&h.scope, resolve(vm.mod, "go"))
			switch {
			case c.dead == "" && (err != nil || Status(v) != c.want):
				t.Errorf("%s: %v, %v; want %v", name, Status(v), err, c.want)
			case c.dead != "" && (err == nil || !strings.Contains(err.Error(), c.dead) || vm.Err() == nil):
				t.Errorf("%s: %v, want a trap with %q", name, err, c.dead)
			}
		})
	}
}

func newTestVM(t *testing.T, rt *Runtime, m *wasmtest.Module, o VMOptions) *VM {
	t.Helper()
	mod, err := rt.Compile(context.Background(), t.Name(), m.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	vm, err := mod.NewVM(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = vm.Close(context.Background()) })
	return vm
}

func TestStartFunctionsFail(t *testing.T) {
	for name, c := range map[string]struct {
		build func(m *wasmtest.Module)
		want  string
	}{
		"start section traps": {func(m *wasmtest.Module) { m.Start(m.Func("", ":", 0, wasmtest.Unreachable)) }, "unreachable"},
		"_initialize traps":   {func(m *wasmtest.Module) { m.Func("_initialize", ":", 0, wasmtest.Unreachable) }, "_initialize failed"},
		"_start traps":        {func(m *wasmtest.Module) { m.Func("_start", ":", 0, wasmtest.Unreachable) }, "_start failed"},
		"host call too early": {func(m *wasmtest.Module) { m.Func("_initialize", ":", 0, wasmtest.Call(0), wasmtest.Drop) }, "env.proxy_done may not be called inside the start functions"},
		"in the start section": {func(m *wasmtest.Module) {
			m.Start(m.Func("", ":", 0, wasmtest.Call(0), wasmtest.Drop))
		}, "env.proxy_done may not be called inside the start functions"},
		"main traps": {func(m *wasmtest.Module) {
			m.Func("_initialize", ":", 0)
			m.Func("main", "ii:i", 0, wasmtest.Unreachable)
		}, "main failed"},
		"__main_void traps": {func(m *wasmtest.Module) {
			m.Func("_initialize", ":", 0)
			m.Func("__main_void", ":i", 0, wasmtest.Unreachable)
		}, "__main_void failed"},
		"endless recursion": {func(m *wasmtest.Module) { m.Func("_initialize", ":", 0, wasmtest.Call(3)) }, "stack overflow"},
	} {
		eachRuntime(t, func(t *testing.T, rt *Runtime) {
			m := wasmtest.New(1)
			m.Import("env", "proxy_done", ":i")
			marker(m, wasmtest.I32(0))
			c.build(m)
			mod, err := rt.Compile(context.Background(), "m", m.Bytes())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			vm, err := mod.NewVM(context.Background(), VMOptions{})
			if vm != nil || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
		})
	}
}

func TestEndlessStart(t *testing.T) {
	eachRuntime(t, func(t *testing.T, rt *Runtime) {
		m := marker(wasmtest.New(1), wasmtest.I32(0))
		m.Func("_initialize", ":", 0, wasmtest.Forever)
		mod, err := rt.Compile(context.Background(), "loop", m.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		vm, err := mod.NewVM(context.Background(), VMOptions{StartTimeout: 20 * time.Millisecond})
		if vm != nil || !errors.Is(err, ErrTimeout) {
			t.Errorf("%v, want ErrTimeout", err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		if _, err := mod.NewVM(ctx, VMOptions{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("with a context that ends: %v", err)
		}
	})
}

func TestEndlessConfigure(t *testing.T) {
	for _, callback := range []string{"on_context_create", "on_vm_start", "on_configure"} {
		m := wasmtest.New(2)
		wasmtest.AddPlugin(m, "0_2_1", callbacksWith(callback, wasmtest.Forever))
		vm := newTestVM(t, sharedRuntime(), m, VMOptions{StartTimeout: 20 * time.Millisecond})
		if _, err := vm.StartPlugin(context.Background(), "p", nil); !errors.Is(err, ErrTimeout) {
			t.Errorf("%s: %v, want ErrTimeout", callback, err)
		}
		if vm.Err() == nil {
			t.Errorf("%s: the VM goes on", callback)
		}
	}
}

// endless are the ways not to return, in a module without imports whose first
// two functions are those of endlessModule.
var endless = map[string][][]byte{
	"loop":            {wasmtest.Forever},
	"loop with calls": {wasmtest.Loop, wasmtest.Call(0), wasmtest.Br(0), wasmtest.End, wasmtest.Unreachable},
	"tree of calls":   {wasmtest.I32(200), wasmtest.Call(1)}, // 2^200 of them, but no deep stack
}

func endlessModule() *wasmtest.Module {
	m := wasmtest.New(2)
	m.Func("", ":", 0)
	deeper := [][]byte{wasmtest.Get(0), wasmtest.I32(1), wasmtest.Sub, wasmtest.Call(1)}
	code := append([][]byte{wasmtest.Get(0), wasmtest.If}, append(deeper, deeper...)...)
	m.Func("", "i:", 0, append(code, wasmtest.End)...)
	return m
}

func TestEndlessCalls(t *testing.T) {
	for _, callback := range []string{"on_configure", "on_request_headers"} {
		for name, body := range endless {
			eachRuntime(t, func(t *testing.T, rt *Runtime) {
				m := endlessModule()
				wasmtest.AddPlugin(m, "0_2_1", callbacksWith(callback, body...))
				vm := newTestVM(t, rt, m, VMOptions{StartTimeout: 30 * time.Millisecond, CallTimeout: 20 * time.Millisecond})
				p, err := vm.StartPlugin(context.Background(), "p", nil)
				if callback == "on_request_headers" {
					if err != nil {
						t.Fatal(err)
					}
					_, err = p.NewHTTPStream(newFakeHTTP()).OnRequestHeaders(1, true)
				}
				if !errors.Is(err, ErrTimeout) || vm.Err() == nil || strings.Contains(err.Error(), "wazero") {
					t.Errorf("%s, %s: %v (VM: %v)", callback, name, err, vm.Err())
				}
			})
		}
	}
}

// Garbage can be collected, and other goroutines get on, while the guest is busy.
func TestCollectWhileGuestRuns(t *testing.T) {
	m := wasmtest.New(2)
	wasmtest.AddPlugin(m, "0_2_1", callbacksWith("on_configure", wasmtest.Forever))
	vm := newTestVM(t, sharedRuntime(), m, VMOptions{StartTimeout: -1})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() {
		_, err := vm.StartPlugin(ctx, "p", nil)
		ended <- err
	}()
	for range 3 {
		time.Sleep(time.Millisecond)
		runtime.GC()
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
}

func TestOutOfMemory(t *testing.T) {
	// memory.grow beyond the limit answers -1; the guest goes on.
	rt, err := NewRuntime(context.Background(), RuntimeOptions{CacheDir: "-", MaxMemoryPages: 4})
	if err != nil {
		t.Fatal(err)
	}
	m := marker(wasmtest.New(1), wasmtest.I32(0))
	m.Func("grow", "i:i", 0, wasmtest.Get(0), wasmtest.Grow)
	vm := newTestVM(t, rt, m, VMOptions{})
	for pages, want := range map[uint64]uint32{100: 0xffffffff, 65535: 0xffffffff} {
		if v, err := vm.invoke(&vm.self, resolve(vm.mod, "grow"), pages); uint32(v) != want || err != nil {
			t.Errorf("grow by %d: %d, %v", pages, int32(v), err)
		}
	}
	if v, err := vm.invoke(&vm.self, resolve(vm.mod, "grow"), 3); v != 1 || err != nil || vm.MemorySize() != 4*65536 {
		t.Errorf("grow by 3: %d, %v, size %d", v, err, vm.MemorySize())
	}
}

func TestNoMemoryAtAll(t *testing.T) {
	m := wasmtest.New(0).NoMemory()
	log := m.Import("env", "proxy_log", "iii:i")
	write := m.Import("wasi_snapshot_preview1", "fd_write", "iiii:i")
	marker(m, wasmtest.I32(0))
	m.Func("log", ":i", 0, wasmtest.I32(2), wasmtest.I32(0), wasmtest.I32(1), wasmtest.Call(log))
	m.Func("write", ":i", 0, wasmtest.I32(1), wasmtest.I32(0), wasmtest.I32(1), wasmtest.I32(0), wasmtest.Call(write))
	vm := newTestVM(t, sharedRuntime(), m, VMOptions{})
	if v, err := vm.invoke(&vm.self, resolve(vm.mod, "log")); Status(v) != StatusInvalidMemoryAccess || err != nil {
		t.Errorf("log: %v, %v", Status(v), err)
	}
	if v, err := vm.invoke(&vm.self, resolve(vm.mod, "write")); v != errnoFault || err != nil {
		t.Errorf("write: %v, %v", v, err)
	}
	if vm.MemorySize() != 0 {
		t.Errorf("size %d", vm.MemorySize())
	}
}

// panicky is a data plane with a bug.
type panicky struct{ *fakeHTTP }

func (panicky) Property([]string) ([]byte, bool) { panic("a bug in the data plane") }

func TestDataPlanePanics(t *testing.T) {
	r := newRig(t, VMOptions{})
	r.vm.o.Worker.Do(func() {
		c := r.p.NewHTTPStream(panicky{newFakeHTTP()})
		c.OnRequestHeaders(1, true)
		k, kn := r.str(0, "x")
		if _, err := r.try(&c.scope, "proxy_get_property", k, kn, outAddr, outAddr+4); err == nil || r.vm.Err() == nil {
			t.Errorf("a panic in the data plane must end the VM, not the process: %v", err)
		}
	})
}

// reentrant calls the VM from inside a host call.
type reentrant struct {
	*fakeHTTP
	f func() error
	t *testing.T
}

func (r *reentrant) Property([]string) ([]byte, bool) {
	if err := r.f(); !errors.Is(err, ErrBusy) {
		r.t.Errorf("a call into a VM that runs: %v", err)
	}
	return nil, false
}

func TestReentrance(t *testing.T) {
	r := newRig(t, VMOptions{})
	r.vm.o.Worker.Do(func() {
		s := &reentrant{fakeHTTP: newFakeHTTP(), t: t}
		c := r.p.NewHTTPStream(s)
		c.OnRequestHeaders(1, false)
		k, kn := r.str(0, "x")
		for _, f := range []func() error{
			func() error { return r.vm.Close(context.Background()) },
			func() error { _, err := r.vm.StartPlugin(context.Background(), "x", nil); return err },
			func() error { _, err := c.OnRequestBody(1, true); return err },
		} {
			s.f = f
			wantStatus(t, "get_property", r.do(&c.scope, "proxy_get_property", k, kn, outAddr, outAddr+4), StatusNotFound)
		}
	})
}
