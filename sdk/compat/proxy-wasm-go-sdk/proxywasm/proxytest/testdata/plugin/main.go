// Command plugin does in each callback what the tests look at.
package main

import (
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

func main() {}

func init() { proxywasm.SetVMContext(&vm{}) }

type vm struct{ types.DefaultVMContext }

func (*vm) NewPluginContext(uint32) types.PluginContext { return &plugin{} }

type plugin struct {
	types.DefaultPluginContext
	queue uint32
}

func (p *plugin) OnPluginStart(size int) types.OnPluginStartStatus {
	config, _ := proxywasm.GetPluginConfiguration()
	if string(config) == "bad" {
		return types.OnPluginStartStatusFailed
	}
	p.queue, _ = proxywasm.RegisterSharedQueue("q")
	_ = proxywasm.SetTickPeriodMilliSeconds(7)
	return types.OnPluginStartStatusOK
}

func (p *plugin) OnQueueReady(id uint32) {
	data, _ := proxywasm.DequeueSharedQueue(id)
	proxywasm.LogInfof("queue %s", data)
}

func (p *plugin) OnTick() {
	_ = proxywasm.EnqueueSharedQueue(p.queue, []byte("ticked"))
	proxywasm.LogInfo("tick ends")
}

func (p *plugin) NewHttpContext(id uint32) types.HttpContext { return &stream{id: id} }

type stream struct {
	types.DefaultHttpContext
	id uint32
}

var requests = 0

func (s *stream) OnHttpRequestHeaders(int, bool) types.Action {
	requests++
	switch path, _ := proxywasm.GetHttpRequestHeader(":path"); path {
	case "/call":
		_, err := proxywasm.DispatchHttpCall("cluster", [][2]string{{":method", "GET"}, {":path", "/x"}, {":authority", "a"}}, []byte("q"), nil, 100, s.answered)
		if err != nil {
			panic(err)
		}
		return types.ActionPause
	case "/deny":
		_ = proxywasm.SendHttpResponse(403, [][2]string{{"X-Why", "so"}}, []byte("no"), -1)
		return types.ActionPause
	case "/trap":
		select {}
	}
	_ = proxywasm.AddHttpRequestHeader("X-Seen", "yes")
	_ = proxywasm.SetProperty([]string{"a", "b"}, []byte("c"))
	return types.ActionContinue
}

func (s *stream) answered(_, size, _ int) {
	body, _ := proxywasm.GetHttpCallResponseBody(0, size)
	_ = proxywasm.ReplaceHttpRequestHeader("x-answer", string(body))
	_ = proxywasm.ResumeHttpRequest()
}

func (s *stream) OnHttpResponseBody(size int, end bool) types.Action {
	if !end {
		return types.ActionPause
	}
	body, _ := proxywasm.GetHttpResponseBody(0, size)
	_ = proxywasm.ReplaceHttpResponseBody(append(body, '!'))
	return types.ActionContinue
}
