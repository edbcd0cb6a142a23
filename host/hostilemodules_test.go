package host

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host/internal/wasmtest"
)

// ownMemory replaces a module's memory by one of the given limits.
func ownMemory(limits ...byte) func(m *wasmtest.Module) {
	return func(m *wasmtest.Module) { m.Section(5, append([]byte{1}, limits...)...) }
}

func u32s(parts ...any) (b []byte) {
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			b = append(b, byte(p))
		case uint32:
			b = append(b, wasmtest.U32(p)...)
		case []byte:
			b = append(b, p...)
		}
	}
	return b
}

const most = uint32(0xffff_ffff)

// hostileModules are modules that must be refused, each with a part of the error.
var hostileModules = map[string]struct {
	change func(m *wasmtest.Module)
	want   string
}{
	"least memory of 4 GiB":          {ownMemory(u32s(0, uint32(65536))...), "memory"},
	"least memory beyond the format": {ownMemory(u32s(0, most)...), "memory"},
	"most memory below the least":    {ownMemory(1, 5, 2), "memory"},
	"memory of 64 bits":              {ownMemory(4, 1), "memory"},
	"shared memory":                  {ownMemory(3, 1, 2), "memory"},
	"two memories":                   {func(m *wasmtest.Module) { m.Section(5, 2, 0, 1, 0, 1) }, "memor"},
	"2^32-1 memories":                {func(m *wasmtest.Module) { m.Section(5, u32s(most)...) }, "ends"},
	"table of 2^32-1":                {func(m *wasmtest.Module) { m.Section(4, u32s(1, 0x70, 0, most)...) }, "tables"},
	"table at the engine's limit":    {func(m *wasmtest.Module) { m.Section(4, u32s(1, 0x70, 0, uint32(1<<27))...) }, "tables"},
	"2^32-1 tables":                  {func(m *wasmtest.Module) { m.Section(4, u32s(most)...) }, "ends"},
	"2^32-1 types":                   {func(m *wasmtest.Module) { m.Section(1, u32s(most)...) }, "ends"},
	"2^32-1 imports":                 {func(m *wasmtest.Module) { m.Section(2, u32s(most)...) }, "ends"},
	"2^32-1 functions":               {func(m *wasmtest.Module) { m.Section(3, u32s(most)...) }, "ends"},
	"2^32-1 globals":                 {func(m *wasmtest.Module) { m.Section(6, u32s(most)...) }, ""},
	"2^32-1 exports":                 {func(m *wasmtest.Module) { m.Section(7, u32s(most)...) }, "ends"},
	"2^32-1 bodies":                  {func(m *wasmtest.Module) { m.Section(10, u32s(most)...) }, ""},
	"2^32-1 data segments":           {func(m *wasmtest.Module) { m.Section(11, u32s(most)...) }, "ends"},
	"2^32-1 elements":                {func(m *wasmtest.Module) { m.Section(9, u32s(most)...) }, ""},
	"2^32-1 data segments counted":   {func(m *wasmtest.Module) { m.Section(12, u32s(most)...) }, ""},
	"export name of 4 GiB":           {func(m *wasmtest.Module) { m.Section(7, u32s(1, most)...) }, "ends"},
	"number longer than 32 bits":     {func(m *wasmtest.Module) { m.Section(7, 0xff, 0xff, 0xff, 0xff, 0xff, 1) }, "longer than 32 bits"},
	"data outside of the memory":     {func(m *wasmtest.Module) { m.Data(most, []byte("x")) }, ""},
	"data across the end":            {func(m *wasmtest.Module) { m.Data(2*65536-1, []byte("xy")) }, ""},
	"element that is no function":    {func(m *wasmtest.Module) { m.Section(4, 1, 0x70, 0, 1).Section(9, 1, 0, 0x41, 0, 0x0b, 1, 0x7f) }, ""},
	"start that is no function":      {func(m *wasmtest.Module) { m.Start(999) }, ""},
	"start of a wrong type":          {func(m *wasmtest.Module) { m.Start(1) }, ""},
	"export of no function":          {func(m *wasmtest.Module) { m.Export("x", 0, 999) }, ""},
	"export of no memory":            {func(m *wasmtest.Module) { m.Export("x", 2, 9) }, ""},
	"export of an unknown kind":      {func(m *wasmtest.Module) { m.Export("x", 9, 0) }, ""},
	"the same export twice":          {func(m *wasmtest.Module) { m.Export("memory", 2, 0) }, ""},
	"section cut short":              {func(m *wasmtest.Module) { m.Raw(u32s(0, most)) }, "ends"},
	"unknown section":                {func(m *wasmtest.Module) { m.Raw([]byte{99, 0}) }, ""},
	"sections in a wrong order":      {func(m *wasmtest.Module) { m.Raw([]byte{1, 1, 0}) }, ""},
	"locals beyond the bound":        {func(m *wasmtest.Module) { m.Func("", ":", 50_001) }, "locals"},
	"2^32-1 locals":                  {func(m *wasmtest.Module) { m.Func("", ":", most) }, "locals"},
	"stack underflow":                {func(m *wasmtest.Module) { m.Func("", ":", 0, wasmtest.Drop) }, ""},
	"branch to nowhere":              {func(m *wasmtest.Module) { m.Func("", ":", 0, wasmtest.Br(most)) }, ""},
	"call of no function":            {func(m *wasmtest.Module) { m.Func("", ":", 0, wasmtest.Call(most)) }, ""},
	"branch table of 2^32-1":         {func(m *wasmtest.Module) { m.Func("", ":", 0, wasmtest.I32(0), u32s(0x0e, most)) }, ""},
	"unknown instruction":            {func(m *wasmtest.Module) { m.Func("", ":", 0, []byte{0xff}) }, ""},
	"code without an end":            {func(m *wasmtest.Module) { m.Func("", ":", 0, wasmtest.Loop) }, ""},
	"callback of a wrong type":       {func(m *wasmtest.Module) { m.Func("proxy_on_request_headers", "i:I", 0, wasmtest.I64(0)) }, "Bad function signature"},
	"start function of a wrong type": {func(m *wasmtest.Module) { m.Func("_initialize", "iii:i", 0, wasmtest.I32(0)) }, "Bad function signature"},
}

func TestHostileModules(t *testing.T) {
	for name, c := range hostileModules {
		t.Run(name, func(t *testing.T) {
			eachRuntime(t, func(t *testing.T, rt *Runtime) {
				m := marker(wasmtest.New(2), wasmtest.I32(8))
				c.change(m)
				err := load(rt, m.Bytes())
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v, want an error with %q", err, c.want)
				}
				if err != nil && strings.Contains(err.Error(), "goroutine") {
					t.Errorf("the error is a stack trace: %v", err)
				}
			})
		})
	}
}

// harmlessModules are odd, but no host refuses them, or this one bears them: an
// export of another kind under a callback's name is none.
var harmlessModules = map[string]func(m *wasmtest.Module){
	"callback that is a memory":       func(m *wasmtest.Module) { m.Export("proxy_on_request_headers", 2, 0) },
	"callback that is a global":       func(m *wasmtest.Module) { m.Section(6, 1, 0x7f, 0, 0x41, 0, 0x0b).Export("proxy_on_configure", 3, 0) },
	"start function that is a global": func(m *wasmtest.Module) { m.Section(6, 1, 0x7f, 0, 0x41, 0, 0x0b).Export("_initialize", 3, 0) },
	"memory that is a table":          func(m *wasmtest.Module) { m.NoMemory().Section(4, 1, 0x70, 0, 1).Export("memory", 1, 0) },
	"element outside of the table":    func(m *wasmtest.Module) { m.Section(4, 1, 0x70, 0, 1).Section(9, 1, 0, 0x41, 9, 0x0b, 1, 0) },
	"many locals":                     func(m *wasmtest.Module) { m.Func("", ":", 50_000) },
	"2,000 nested blocks": func(m *wasmtest.Module) {
		m.Func("", ":", 0, bytes.Repeat([]byte{0x02, 0x40}, 2_000), bytes.Repeat(wasmtest.End, 2_000))
	},
	"branch table of 10,000": func(m *wasmtest.Module) {
		m.Func("", ":", 0, wasmtest.I32(0), u32s(0x0e, uint32(10_000)), make([]byte, 10_001))
	},
	"100,000 functions": func(m *wasmtest.Module) {
		for range 100_000 {
			m.Func("", ":", 0)
		}
	},
}

func TestHarmlessModules(t *testing.T) {
	for name, change := range harmlessModules {
		t.Run(name, func(t *testing.T) {
			eachRuntime(t, func(t *testing.T, rt *Runtime) {
				m := marker(wasmtest.New(2), wasmtest.I32(8))
				change(m)
				if err := load(rt, m.Bytes()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// The marker and the allocator must be functions; without them it is no plugin.
func TestHostileABI(t *testing.T) {
	global := func(name string) *wasmtest.Module {
		return wasmtest.New(1).Section(6, 1, 0x7f, 0, 0x41, 0, 0x0b).Export(name, 3, 0)
	}
	noMarker := global("proxy_abi_version_0_2_1")
	noMarker.Func("proxy_on_memory_allocate", "i:i", 0, wasmtest.I32(8))
	noAllocator := global("proxy_on_memory_allocate")
	noAllocator.Func("proxy_abi_version_0_2_1", ":", 0)
	for want, m := range map[string]*wasmtest.Module{"ABI version": noMarker, "malloc": noAllocator} {
		if err := load(sharedRuntime(), m.Bytes()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want an error with %q", err, want)
		}
	}
}

// load compiles a module, starts a VM with it and ends that.
func load(rt *Runtime, code []byte) error {
	ctx := context.Background()
	mod, err := rt.Compile(ctx, "hostile", code)
	if err != nil {
		return err
	}
	defer mod.Close(ctx)
	vm, err := mod.NewVM(ctx, VMOptions{StartTimeout: time.Second})
	if err != nil {
		return err
	}
	defer vm.Close(ctx)
	_, err = vm.StartPlugin(ctx, "hostile", nil)
	return err
}

// hostileCallbacks are what a guest may do while it is called; none of it harms
// the host.
var hostileCallbacks = map[string]struct {
	body [][]byte
	want string
}{
	"grows its memory for ever": {[][]byte{wasmtest.Loop, wasmtest.I32(256), wasmtest.Grow, wasmtest.Drop, wasmtest.Br(0), wasmtest.End}, "time"},
	"grows its memory to all":   {[][]byte{wasmtest.I32(65535), wasmtest.Grow, wasmtest.Drop}, ""},
	"grows its table to all":    {[][]byte{{0xd0, 0x70}, wasmtest.I32(-16), {0xfc, 15, 0}, wasmtest.Drop}, ""},
	"grows its table for ever":  {[][]byte{wasmtest.Loop, {0xd0, 0x70}, wasmtest.I32(1000), {0xfc, 15, 0}, wasmtest.Drop, wasmtest.Br(0), wasmtest.End}, "time"},
	"writes behind the memory":  {[][]byte{wasmtest.I32(-1), wasmtest.I32(1), wasmtest.Store(most)}, "out of bounds"},
	"fills behind the memory":   {[][]byte{wasmtest.I32(0), wasmtest.I32(0), wasmtest.I32(-1), {0xfc, 11, 0}}, "out of bounds"},
	"copies behind the memory":  {[][]byte{wasmtest.I32(0), wasmtest.I32(-1), wasmtest.I32(-1), {0xfc, 10, 0, 0}}, "out of bounds"},
	"calls what is not there":   {[][]byte{wasmtest.I32(-1), {0x11, 0, 0}}, ""},
	"divides by zero":           {[][]byte{wasmtest.I32(1), wasmtest.I32(0), {0x6d}, wasmtest.Drop}, "divide by zero"},
	"traps":                     {[][]byte{wasmtest.Unreachable}, "unreachable"},
}

func TestHostileCallbacks(t *testing.T) {
	for name, c := range hostileCallbacks {
		t.Run(name, func(t *testing.T) {
			eachRuntime(t, func(t *testing.T, rt *Runtime) {
				m := wasmtest.New(8).Section(4, 1, 0x70, 0, 1)
				m.Func("", ":", 0) // type 0, for the indirect call
				wasmtest.AddPlugin(m, "0_2_1", callbacksWith("on_request_headers", c.body...))
				vm := newTestVM(t, rt, m, VMOptions{CallTimeout: 200 * time.Millisecond})
				p, err := vm.StartPlugin(context.Background(), "p", nil)
				if err != nil {
					t.Fatal(err)
				}
				_, err = p.NewHTTPStream(newFakeHTTP()).OnRequestHeaders(1, true)
				switch {
				case name == "grows its memory to all" || name == "grows its table to all":
					if err != nil || vm.Err() != nil {
						t.Errorf("%v; the answer to grow is -1, and the guest goes on", err)
					}
				case err == nil || vm.Err() == nil:
					t.Error("the guest goes on")
				case c.want == "time" && !errors.Is(err, ErrTimeout), c.want != "time" && !strings.Contains(err.Error(), c.want):
					t.Errorf("%v, want %q", err, c.want)
				}
			})
		})
	}
}

// An allocation that ends with the memory is the guest's right; one byte more is
// outside.
func TestAllocationAtTheEnd(t *testing.T) {
	const end, value = int32(2 * 65536), int32(len("/x"))
	for at, want := range map[int32]Status{end - value: StatusOK, end - value + 1: StatusInvalidMemoryAccess, end: StatusInvalidMemoryAccess} {
		eachRuntime(t, func(t *testing.T, rt *Runtime) {
			m := wasmtest.New(2)
			get := m.Import("env", "proxy_get_header_map_value", "iiiii:i")
			marker(m, wasmtest.I32(at))
			m.Data(64, []byte(":path"))
			m.Func("go", ":i", 0, wasmtest.I32(0), wasmtest.I32(64), wasmtest.I32(5), wasmtest.I32(100), wasmtest.I32(104), wasmtest.Call(get))
			vm := newTestVM(t, rt, m, VMOptions{})
			p, err := vm.StartPlugin(context.Background(), "p", nil)
			if err != nil {
				t.Fatal(err)
			}
			h := p.NewHTTPStream(newFakeHTTP())
			h.created, h.maps[0] = true, true
			v, err := vm.invoke(&h.scope, resolve(vm.mod, "go"))
			if err != nil || Status(v) != want {
				t.Errorf("at %d: %v, %v; want %v", at, Status(v), err, want)
			}
			if b, ok := vm.mem.Read(uint32(at), 2); want == StatusOK && (!ok || !bytes.Equal(b, []byte("/x"))) {
				t.Errorf("at %d stands %q", at, b)
			}
		})
	}
}
