// Command debugged is a plugin that shows what a gateway does with it: it notes
// each callback in its log, and each path of a request has it do something else.
package main

import (
	"bytes"
	"os"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func main() {}

func init() {
	proxywasm.SetPluginContext(func(uint32) types.PluginContext { return &plugin{} })
}

type plugin struct {
	types.DefaultPluginContext
	held  []uint32 // streams that the next tick lets go on
	calls proxywasm.MetricCounter
}

func (p *plugin) OnPluginStart(int) types.OnPluginStartStatus {
	config, _ := proxywasm.GetPluginConfiguration()
	proxywasm.LogInfof("configured with %s", config)
	if bytes.Contains(config, []byte("refused")) {
		return types.OnPluginStartStatusFailed
	}
	p.calls = proxywasm.DefineCounterMetric("debugged_requests")
	return proxywasm.SetTickPeriodMilliSeconds(20) == nil
}

func (p *plugin) OnTick() {
	for _, id := range p.held {
		if proxywasm.SetEffectiveContext(id) == nil {
			proxywasm.LogInfo("on with it")
			_ = proxywasm.ResumeHttpRequest()
		}
	}
	p.held = nil
}

func (p *plugin) NewHttpContext(id uint32) types.HttpContext { return &stream{plugin: p, id: id} }

type stream struct {
	types.DefaultHttpContext
	*plugin
	id uint32
}

func (s *stream) OnHttpRequestHeaders(n int, end bool) types.Action {
	s.calls.Increment(1)
	path, _ := proxywasm.GetHttpRequestHeader(":path")
	route, _ := proxywasm.GetProperty([]string{"xds", "route_name"})
	proxywasm.LogInfof("request headers of %s, %d, %v, by route %s", path, n, end, route)
	_ = proxywasm.AddHttpRequestHeader("x-route", string(route))
	switch path {
	case "/reply":
		_ = proxywasm.SendHttpResponseWithDetail(418, "a teapot", [][2]string{{"x-from", "plugin"}}, []byte("short and stout"), -1)
		return types.ActionPause
	case "/panic":
		panic("on purpose")
	case "/exit":
		os.Exit(7)
	case "/held":
		_ = proxywasm.ResumedElsewhere()
		s.held = append(s.held, s.id)
		return types.ActionPause
	case "/call":
		return s.call("side", "/side")
	case "/nowhere":
		return s.call("nowhere", "/")
	case "/shared":
		_ = proxywasm.AddHttpRequestHeader("x-count", count())
	}
	return types.ActionContinue
}

func (s *stream) call(cluster, path string) types.Action {
	_, err := proxywasm.DispatchHttpCall(cluster, [][2]string{{":method", "POST"}, {":path", path}, {":authority", "side"}}, []byte("asked"), nil, 2000,
		func(headers, size, _ int) {
			body, _ := proxywasm.GetHttpCallResponseBody(0, size)
			list, _ := proxywasm.GetHttpCallResponseHeaders()
			proxywasm.LogInfof("%d headers, %s: %s", headers, list[0], body)
			_ = proxywasm.AddHttpRequestHeader("x-side", list[0][1]+" "+string(body))
			_ = proxywasm.ResumeHttpRequest()
		})
	if err != nil {
		proxywasm.LogWarnf("no call: %v", err)
		return types.ActionContinue
	}
	return types.ActionPause
}

// count counts in the shared data.
func count() string {
	old, cas, _ := proxywasm.GetSharedData("count")
	n, _ := strconv.Atoi(string(old))
	text := strconv.Itoa(n + 1)
	if err := proxywasm.SetSharedData("count", []byte(text), cas+7); err == nil {
		return "a wrong number was taken"
	}
	if err := proxywasm.SetSharedData("count", []byte(text), cas); err != nil {
		return err.Error()
	}
	return text
}

func (s *stream) OnHttpRequestBody(size int, end bool) types.Action {
	b, err := proxywasm.GetHttpRequestBody(0, size)
	proxywasm.LogInfof("request body %d, %v: %q %v", size, end, b, err)
	_ = proxywasm.ReplaceHttpRequestBody(bytes.ToUpper(b))
	return types.ActionContinue
}

func (s *stream) OnHttpRequestTrailers(n int) types.Action {
	trailers, _ := proxywasm.GetHttpRequestTrailers()
	proxywasm.LogInfof("request trailers %d: %q", n, trailers)
	return types.ActionContinue
}

func (s *stream) OnHttpResponseHeaders(n int, end bool) types.Action {
	proxywasm.LogInfof("response headers %v", end)
	_ = proxywasm.RemoveHttpResponseHeader("content-length")
	_ = proxywasm.AddHttpResponseHeader("x-seen", "yes")
	return types.ActionContinue
}

func (s *stream) OnHttpResponseBody(size int, end bool) types.Action {
	b, err := proxywasm.GetHttpResponseBody(0, size)
	proxywasm.LogInfof("response body %d, %v: %q %v", size, end, b, err)
	if len(b) > 0 {
		_ = proxywasm.PrependHttpResponseBody([]byte("<"))
		_ = proxywasm.AppendHttpResponseBody([]byte(">"))
	}
	return types.ActionContinue
}

func (s *stream) OnHttpStreamDone() { proxywasm.LogInfo("done") }
