package types_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// page is the request of the examples.
var page = [][2]string{{":method", "POST"}, {":path", "/"}, {":authority", "shop.test"}}

// vm is what a module registers. The Default types have the callbacks that a
// plugin doesn't need.
type vm struct{ types.DefaultVMContext }

// NewPluginContext implements types.VMContext: one for each configuration.
func (*vm) NewPluginContext(uint32) types.PluginContext { return &plugin{} }

type plugin struct {
	types.DefaultPluginContext
	message string
}

// OnPluginStart implements types.PluginContext.
func (p *plugin) OnPluginStart(size int) types.OnPluginStartStatus {
	if size == 0 {
		return types.OnPluginStartStatusFailed // the gateway refuses the configuration
	}
	config, err := proxywasm.GetPluginConfiguration()
	if err != nil {
		return types.OnPluginStartStatusFailed
	}
	p.message = string(config)
	return types.OnPluginStartStatusOK
}

// NewHttpContext implements types.PluginContext: one for each request.
func (p *plugin) NewHttpContext(uint32) types.HttpContext { return &stream{plugin: p} }

type stream struct {
	types.DefaultHttpContext
	plugin *plugin
}

// OnHttpResponseHeaders implements types.HttpContext.
func (s *stream) OnHttpResponseHeaders(int, bool) types.Action {
	_ = proxywasm.AddHttpResponseHeader("x-message", s.plugin.message)
	return types.ActionContinue
}

// The contexts of a plugin: VM, configuration, request.
func Example() {
	var root types.VMContext = &vm{}
	proxywasm.SetVMContext(root) // in main's init function

	_, err := plugintest.Start(&testing.B{}, plugintest.Options{})
	fmt.Println(err)
	h := plugintest.New(&testing.B{}, plugintest.Options{Config: []byte("hello")})
	ex := h.Request(page).Respond([][2]string{{":status", "200"}})
	fmt.Println(ex.Client.Headers.Get("x-message"))
	// Output:
	// the plugin refused to start
	// hello
}

// regional wants to be told where it runs.
type regional struct{ vm }

// OnVMStart implements types.VMContext.
func (*regional) OnVMStart(size int) types.OnVMStartStatus {
	if size == 0 {
		proxywasm.LogCritical("the VM's configuration must name the region")
		return types.OnVMStartStatusFailed
	}
	return types.OnVMStartStatusOK
}

// A VM that refuses to start takes no configuration at all.
func ExampleVMContext() {
	proxywasm.SetVMContext(&regional{})
	h, err := plugintest.Start(&testing.B{}, plugintest.Options{Config: []byte("hello")})
	fmt.Println(err, h.Logs())
	// Output: the plugin refused to start [critical: the VM's configuration must name the region]
}

// patient holds the headers back until it has seen the body.
type patient struct{ types.DefaultHttpContext }

// OnHttpRequestHeaders implements types.HttpContext.
func (*patient) OnHttpRequestHeaders(_ int, endOfStream bool) types.Action {
	if endOfStream {
		return types.HeaderContinue // there is no body to wait for
	}
	return types.HeaderStopIteration
}

// OnHttpRequestBody implements types.HttpContext.
func (*patient) OnHttpRequestBody(size int, endOfStream bool) types.Action {
	if !endOfStream {
		return types.DataStopIterationAndBuffer
	}
	_ = proxywasm.AddHttpRequestHeader("x-size", fmt.Sprint(size))
	return types.DataContinue
}

// What a callback returns decides what the gateway does with headers and body.
func ExampleAction() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &patient{} })
	ex := plugintest.New(&testing.B{}, plugintest.Options{}).Request(page, []byte("he"), []byte("llo"))
	fmt.Printf("%s %s\n", ex.Upstream.Headers.Get("x-size"), ex.Upstream.Body)
	// Output: 5 hello
}

// connection says who ended it.
type connection struct{ types.DefaultTcpContext }

// OnDownstreamClose implements types.TcpContext.
func (*connection) OnDownstreamClose(by types.PeerType) {
	fmt.Println("closed by the client:", by == types.PeerTypeRemote)
}

func ExampleTcpContext() {
	var newContext types.TcpContextFactory = func(uint32) types.TcpContext { return &connection{} }
	proxywasm.SetTcpContext(newContext)
	plugintest.New(&testing.B{}, plugintest.Options{}).Connect().Close()
	// Output: closed by the client: true
}

// Factories make contexts; functions that wrap plugins take and return them.
func ExampleHttpContextFactory() {
	counted := func(n *int, of types.HttpContextFactory) types.HttpContextFactory {
		return func(id uint32) types.HttpContext {
			*n++
			return of(id)
		}
	}
	var requests int
	proxywasm.SetHttpContext(counted(&requests, func(uint32) types.HttpContext { return &patient{} }))
	var whole types.PluginContextFactory = func(uint32) types.PluginContext { return &plugin{} }

	plugintest.New(&testing.B{}, plugintest.Options{}).Request(page)
	fmt.Println(requests, whole(1) != nil)
	// Output: 1 true
}

// listener is a plugin that a foreign function of the gateway can call.
type listener struct{ types.DefaultPluginContext }

var _ types.ForeignFunctionContext = (*listener)(nil)

// OnForeignFunction implements types.ForeignFunctionContext.
func (*listener) OnForeignFunction(function uint32, size int) {
	data, _ := proxywasm.GetForeignFunctionData(0, size)
	fmt.Printf("function %d says %s\n", function, data)
}

func ExampleForeignFunctionContext() {
	proxywasm.SetPluginContext(func(uint32) types.PluginContext { return &listener{} })
	plugintest.New(&testing.B{}, plugintest.Options{}).ForeignEvent(7, []byte("hello"))
	// Output: function 7 says hello
}

// asks looks for a header and sets a wrong one.
type asks struct{ types.DefaultHttpContext }

// OnHttpRequestHeaders implements types.HttpContext.
func (*asks) OnHttpRequestHeaders(int, bool) types.Action {
	_, err := proxywasm.GetHttpRequestHeader("x-none")
	fmt.Println(errors.Is(err, types.ErrorStatusNotFound))
	err = proxywasm.AddHttpRequestHeader("x-evil", "a\r\nset-cookie: b")
	fmt.Println(errors.Is(err, types.ErrInvalidHeader))
	return types.ActionContinue
}

// Errors are compared with errors.Is.
func ExampleHttpContext() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &asks{} })
	plugintest.New(&testing.B{}, plugintest.Options{}).Request(page)
	// Output:
	// true
	// true
}
