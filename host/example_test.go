package host_test

import (
	"context"
	"fmt"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/internal/wasmtest"
)

// exchange is the smallest data plane: one request without a body.
type exchange struct{ request *host.HeaderMap }

func (e exchange) Headers(t host.MapType) *host.HeaderMap {
	if t == host.MapRequestHeaders {
		return e.request
	}
	return nil
}
func (exchange) Buffer(host.BufferType) *host.Buffer        { return nil }
func (exchange) Continue(host.Direction)                    {}
func (exchange) Close(host.Direction)                       {}
func (exchange) SendLocalReply(r host.LocalReply)           { fmt.Println("reply", r.Status) }
func (exchange) Property([]string) ([]byte, bool)           { return nil, false }
func (exchange) SetProperty([]string, []byte) bool          { return false }
func (exchange) InjectEncodedData([]byte, bool) host.Status { return host.StatusUnimplemented }

// helloModule adds the request header "hello: world".
func helloModule() []byte {
	m := wasmtest.New(1)
	add := m.Import("env", "proxy_add_header_map_value", "iiiii:i")
	m.Data(2000, []byte("helloworld"))
	m.Func("proxy_abi_version_0_2_1", ":", 0)
	m.Func("proxy_on_memory_allocate", "i:i", 0, wasmtest.I32(4096))
	m.Func("proxy_on_request_headers", "iii:i", 0,
		wasmtest.I32(0), wasmtest.I32(2000), wasmtest.I32(5), wasmtest.I32(2005), wasmtest.I32(5), wasmtest.Call(add))
	return m.Bytes()
}

func Example() {
	ctx := context.Background()
	runtime, err := host.NewRuntime(ctx, host.RuntimeOptions{CacheDir: "-"})
	if err != nil {
		panic(err)
	}
	defer runtime.Close(ctx)
	module, err := runtime.Compile(ctx, "hello.wasm", helloModule())
	if err != nil {
		panic(err)
	}
	worker := host.NewWorker()
	worker.Do(func() {
		vm, err := module.NewVM(ctx, host.VMOptions{Worker: worker})
		if err != nil {
			panic(err)
		}
		defer vm.Close(ctx)
		plugin, err := vm.StartPlugin(ctx, "hello", nil)
		if err != nil {
			panic(err)
		}
		e := exchange{host.HeaderMapOf(host.MapRequestHeaders, [2]string{":path", "/"})}
		c := plugin.NewHTTPStream(e)
		action, err := c.OnRequestHeaders(e.request.Len(), true)
		c.Done()
		fmt.Println(action == host.HeadersContinue, err, e.request.Pairs())
	})
	// Output: true <nil> [[:path /] [hello world]]
}

func ExampleLoadError() {
	ctx := context.Background()
	runtime, err := host.NewRuntime(ctx, host.RuntimeOptions{CacheDir: "-"})
	if err != nil {
		panic(err)
	}
	defer runtime.Close(ctx)
	_, err = runtime.Compile(ctx, "main.go", []byte("package main\n"))
	fmt.Println(err)
	// Output: main.go: this is a text file, not WebAssembly; pass the .wasm file that the build writes
}
