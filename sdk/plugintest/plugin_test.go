package plugintest_test

import (
	"errors"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// The plugin under test does what the request header x-op asks it to.
func init() {
	proxywasm.SetPluginContext(func(uint32) types.PluginContext { return &plugin{} })
}

type plugin struct {
	types.DefaultPluginContext
	greeting string
	queue    uint32
	ticks    int
}

func (p *plugin) OnPluginStart(size int) types.OnPluginStartStatus {
	config, err := proxywasm.GetPluginConfiguration()
	if err != nil && !errors.Is(err, types.ErrorStatusNotFound) || len(config) != size {
		return types.OnPluginStartStatusFailed
	}
	if p.greeting = string(config); p.greeting == "refuse" {
		proxywasm.LogCritical("refused")
		return types.OnPluginStartStatusFailed
	}
	p.queue, _ = proxywasm.RegisterSharedQueue("jobs")
	proxywasm.SetTickPeriodMilliSeconds(250)
	return types.OnPluginStartStatusOK
}

func (p *plugin) OnTick() {
	p.ticks++
	proxywasm.DefineGaugeMetric("ticks").Add(1)
}

func (p *plugin) OnQueueReady(id uint32) {
	job, err := proxywasm.DequeueSharedQueue(id)
	proxywasm.LogInfof("job %s, %v", job, err)
	_, err = proxywasm.DequeueSharedQueue(id)
	proxywasm.LogInfof("then %v", err)
}

func (p *plugin) NewHttpContext(uint32) types.HttpContext { return &stream{plugin: p} }

type stream struct {
	types.DefaultHttpContext
	plugin *plugin
	op     string
}

func (s *stream) OnHttpRequestHeaders(int, bool) types.Action {
	s.op, _ = proxywasm.GetHttpRequestHeader("x-op")
	_ = proxywasm.ResumedElsewhere() // by the test, if at all
	if n, err := strconv.Atoi(strings.TrimPrefix(s.op, "status-")); err == nil {
		return types.Action(n)
	}
	switch s.op {
	case "deny":
		proxywasm.SendHttpResponseWithDetail(403, "denied", [][2]string{{"x-why", "no key"}}, []byte("denied"), -1)
		proxywasm.SendHttpResponse(200, nil, nil, -1)
	case "call", "call-deny":
		return s.call()
	case "redis":
		return s.redis()
	case "panic":
		panic("asked to")
	}
	proxywasm.AddHttpRequestHeader("Greeting", s.plugin.greeting)
	return types.ActionContinue
}

func (s *stream) call() types.Action {
	headers := [][2]string{{":method", "GET"}, {":path", "/auth"}, {":authority", "auth"}}
	_, err := proxywasm.DispatchHttpCall("auth", headers, nil, nil, 500, func(n, size, _ int) {
		body, _ := proxywasm.GetHttpCallResponseBody(0, size)
		if n == 0 || s.op == "call-deny" {
			proxywasm.SendHttpResponse(502, nil, []byte("auth failed"), -1)
			return
		}
		proxywasm.ReplaceHttpRequestHeader("x-user", string(body))
		proxywasm.ResumeHttpRequest()
	})
	if err != nil {
		proxywasm.LogErrorf("dispatch: %v", err)
		return types.ActionContinue
	}
	return types.HeaderStopAllIterationAndWatermark
}

func (s *stream) redis() types.Action {
	proxywasm.DispatchRedisCall("redis", []byte("*1\r\n$4\r\nPING\r\n"), func(status, size int) {
		answer, _ := proxywasm.GetRedisCallResponse(0, size)
		proxywasm.AddHttpRequestHeader("x-redis", strconv.Itoa(status)+strings.TrimSpace(string(answer)))
		proxywasm.ResumeHttpRequest()
	})
	return types.ActionPause
}

func (s *stream) OnHttpRequestBody(size int, end bool) types.Action {
	switch s.op {
	case "buffer", "status-1":
		if !end {
			return types.DataStopIterationAndBuffer
		}
		body, err := proxywasm.GetHttpRequestBody(0, size)
		proxywasm.LogInfof("body %s, %v", body, err)
		proxywasm.ReplaceHttpRequestBody([]byte(strings.ToUpper(string(body))))
		if err := proxywasm.ReplaceHttpRequestHeader("x-size", strconv.Itoa(size)); err != nil {
			proxywasm.LogWarnf("late header: %v", err)
		}
	case "drop":
		return types.DataStopIterationNoBuffer
	}
	return types.ActionContinue
}

func (s *stream) OnHttpResponseHeaders(int, bool) types.Action {
	_, err := proxywasm.GetHttpRequestHeader("x-op")
	proxywasm.LogDebugf("request header in the response: %v", err)
	proxywasm.AddHttpResponseHeader("set-cookie", "b=2")
	if s.op == "panic-response" {
		panic("asked to")
	}
	return types.ActionContinue
}

func (s *stream) OnHttpResponseBody(int, bool) types.Action {
	if s.op == "panic-body" {
		panic("asked to")
	}
	proxywasm.PrependHttpResponseBody([]byte("<"))
	proxywasm.AppendHttpResponseBody([]byte(">"))
	return types.ActionContinue
}

func (s *stream) OnHttpStreamDone() {
	op, _ := proxywasm.GetHttpRequestHeader("x-op")
	proxywasm.LogInfo("done " + op)
}
