package host

import (
	"context"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/host/internal/wasmtest"
)

// FuzzModule: no module makes loading it, starting it or a stream of it fail in
// another way than by an error.
func FuzzModule(f *testing.F) {
	small := wasmtest.New(1)
	wasmtest.AddPlugin(small, "0_2_1", wasmtest.Callbacks())
	f.Add(small.Bytes())
	for _, c := range hostileModules {
		m := marker(wasmtest.New(2), wasmtest.I32(8))
		c.change(m)
		f.Add(m.Bytes())
	}
	for _, c := range hostileCallbacks {
		m := wasmtest.New(8).Section(4, 1, 0x70, 0, 1)
		m.Func("", ":", 0)
		wasmtest.AddPlugin(m, "0_2_1", callbacksWith("on_request_headers", c.body...))
		f.Add(m.Bytes())
	}
	ctx := context.Background()
	rt, err := NewRuntime(ctx, RuntimeOptions{CacheDir: "-", Interpreter: true, MaxMemoryPages: 32})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = rt.Close(ctx) })
	f.Fuzz(func(_ *testing.T, code []byte) {
		mod, err := rt.Compile(ctx, "fuzz", code)
		if err != nil {
			return
		}
		defer mod.Close(ctx)
		vm, err := mod.NewVM(ctx, VMOptions{StartTimeout: 50 * time.Millisecond, CallTimeout: 20 * time.Millisecond})
		if err != nil {
			return
		}
		defer vm.Close(ctx)
		p, err := vm.StartPlugin(ctx, "fuzz", []byte("configuration"))
		if err != nil {
			return
		}
		s := p.NewHTTPStream(newFakeHTTP())
		_, _ = s.OnRequestHeaders(1, false)
		_, _ = s.OnRequestBody(3, true)
	})
}
