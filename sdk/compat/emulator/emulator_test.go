package emulator_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/compat/emulator"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// plugin does what its functions say.
type plugin struct {
	types.DefaultPluginContext
	start func() types.OnPluginStartStatus
	http  func() types.HttpContext
	tcp   func() types.TcpContext
	queue []uint32
}

func (p *plugin) OnPluginStart(int) types.OnPluginStartStatus {
	if p.start == nil {
		return types.OnPluginStartStatusOK
	}
	return p.start()
}

func (p *plugin) OnTick()                   { proxywasm.LogInfo("tick") }
func (p *plugin) OnQueueReady(queue uint32) { p.queue = append(p.queue, queue) }

func (p *plugin) NewHttpContext(uint32) types.HttpContext {
	if p.http == nil {
		return nil
	}
	return p.http()
}

func (p *plugin) NewTcpContext(uint32) types.TcpContext {
	if p.tcp == nil {
		return nil
	}
	return p.tcp()
}

// stream does what its functions say.
type stream struct {
	types.DefaultHttpContext
	onHeaders func() types.Action
	onBody    func(size int, end bool) types.Action
}

func (s *stream) OnHttpRequestHeaders(int, bool) types.Action { return s.onHeaders() }

func (s *stream) OnHttpResponseBody(size int, end bool) types.Action { return s.onBody(size, end) }

func (s *stream) OnHttpRequestTrailers(int) types.Action  { return types.ActionPause }
func (s *stream) OnHttpResponseTrailers(int) types.Action { return types.ActionContinue }
func (s *stream) OnHttpStreamDone()                       { proxywasm.LogWarn("done") }

func start(t *testing.T, p *plugin, o *emulator.EmulatorOption) emulator.HostEmulator {
	t.Helper()
	if o == nil {
		o = emulator.NewEmulatorOption()
	}
	h, reset := emulator.NewHostEmulator(o.WithPluginContext(func(uint32) types.PluginContext { return p }))
	t.Cleanup(reset)
	if h.StartVM() != types.OnVMStartStatusOK {
		t.Fatal("the VM did not start")
	}
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

func TestConfiguration(t *testing.T) {
	p := &plugin{}
	p.start = func() types.OnPluginStartStatus {
		config, err := proxywasm.GetPluginConfiguration()
		must(t, err)
		vm, err := proxywasm.GetVMConfiguration()
		must(t, err)
		name, err := proxywasm.GetProperty([]string{"a", "b"})
		must(t, err)
		proxywasm.LogErrorf("%s %s %s", config, vm, name)
		must(t, proxywasm.SetTickPeriodMilliSeconds(100))
		answer, err := proxywasm.CallForeignFunction("double", []byte("x"))
		must(t, err)
		return string(answer) == "xx"
	}
	h := start(t, p, emulator.NewEmulatorOption().WithPluginConfiguration([]byte("config")).
		WithVMConfiguration([]byte("vm")).WithProperty([]string{"a", "b"}, []byte("value")))
	h.RegisterForeignFunction("double", func(b []byte) []byte { return append(b, b...) })
	if h.StartPlugin() != types.OnPluginStartStatusOK {
		t.Error("the plugin did not start")
	}
	h.Tick()
	if logs := h.GetErrorLogs(); !slices.Equal(logs, []string{"config vm value"}) || h.GetTickPeriod() != 100 {
		t.Errorf("logs are %q, the tick period %d", logs, h.GetTickPeriod())
	}
	if logs := h.GetInfoLogs(); !slices.Equal(logs, []string{"tick"}) || !h.FinishVM() {
		t.Errorf("logs are %q", logs)
	}
	if n := len(h.GetTraceLogs()) + len(h.GetDebugLogs()) + len(h.GetWarnLogs()) + len(h.GetCriticalLogs()); n != 0 {
		t.Errorf("%d other lines", n)
	}
}

func TestHeaders(t *testing.T) {
	s := &stream{onHeaders: func() types.Action {
		must(t, proxywasm.AddHttpRequestHeader("X-New", "1"))
		must(t, proxywasm.AddHttpRequestHeader("x-old", "2"))
		must(t, proxywasm.ReplaceHttpRequestHeader("x-swap", "b"))
		must(t, proxywasm.RemoveHttpRequestHeader("x-gone"))
		if _, err := proxywasm.GetHttpRequestHeader("x-empty"); err != types.ErrorStatusNotFound {
			t.Errorf("an empty header: %v", err)
		}
		must(t, proxywasm.SendHttpResponseWithDetail(403, "no", [][2]string{{"A", "b"}}, []byte("body"), -1))
		return types.ActionPause
	}}
	h := start(t, &plugin{http: func() types.HttpContext { return s }}, nil)
	id := h.InitializeHttpContext()
	action := h.CallOnRequestHeaders(id, [][2]string{{"X-Old", "1"}, {"x-swap", "a"}, {"x-gone", "g"}, {"x-empty", ""}}, true)
	if action != types.ActionPause || h.GetCurrentHttpStreamAction(id) != action {
		t.Errorf("action is %v", action)
	}
	want := [][2]string{{"x-old", "12"}, {"x-swap", "b"}, {"x-empty", ""}, {"x-new", "1"}}
	if got := h.GetCurrentRequestHeaders(id); !slices.Equal(got, want) {
		t.Errorf("headers are %v, want %v", got, want)
	}
	r := h.GetSentLocalResponse(id)
	if r == nil || r.StatusCode != 403 || r.StatusCodeDetail != "no" || string(r.Data) != "body" || r.Headers[0] != [2]string{"a", "b"} {
		t.Errorf("answer is %+v", r)
	}
	h.CompleteHttpContext(id)
	if logs := h.GetWarnLogs(); !slices.Equal(logs, []string{"done"}) {
		t.Errorf("logs are %q", logs)
	}
}

func TestBody(t *testing.T) {
	var sizes []int
	s := &stream{onBody: func(size int, end bool) types.Action {
		sizes = append(sizes, size)
		if !end {
			return types.ActionPause
		}
		must(t, proxywasm.PrependHttpResponseBody([]byte("<")))
		must(t, proxywasm.AppendHttpResponseBody([]byte(">")))
		return types.ActionContinue
	}}
	h := start(t, &plugin{http: func() types.HttpContext { return s }}, nil)
	id := h.InitializeHttpContext()
	h.CallOnResponseHeaders(id, [][2]string{{":status", "200"}}, false)
	h.CallOnResponseBody(id, []byte("ab"), false)
	h.CallOnResponseBody(id, []byte("cd"), true)
	if got := string(h.GetCurrentResponseBody(id)); got != "<abcd>" || !slices.Equal(sizes, []int{2, 4}) {
		t.Errorf("body is %q, shown were %v bytes", got, sizes)
	}
	if h.CallOnRequestTrailers(id, [][2]string{{"T", "1"}}) != types.ActionPause || h.CallOnResponseTrailers(id, nil) != types.ActionContinue {
		t.Error("actions of trailers")
	}
}

func TestInjected(t *testing.T) {
	s := &stream{onBody: func(_ int, end bool) types.Action {
		must(t, proxywasm.InjectEncodedDataToFilterChain([]byte("x"), end))
		return types.DataStopIterationNoBuffer
	}}
	h := start(t, &plugin{http: func() types.HttpContext { return s }}, nil)
	id := h.InitializeHttpContext()
	h.CallOnResponseBody(id, []byte("a"), false)
	if got := string(h.GetCurrentResponseBody(id)); got != "a" {
		t.Errorf("before the end the body is %q", got)
	}
	h.CallOnResponseBody(id, []byte("b"), true)
	if got := string(h.GetCurrentResponseBody(id)); got != "xx" {
		t.Errorf("after the end the body is %q", got)
	}
}

func TestCallouts(t *testing.T) {
	s := &stream{onHeaders: func() types.Action {
		_, err := proxywasm.DispatchHttpCall("c", [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "c"}}, []byte("q"), nil, 500, func(n, size, _ int) {
			headers, err := proxywasm.GetHttpCallResponseHeaders()
			must(t, err)
			body, err := proxywasm.GetHttpCallResponseBody(0, size)
			must(t, err)
			proxywasm.LogInfof("%s %s %d", headers[0][1], body, n)
			must(t, proxywasm.ResumeHttpRequest())
		})
		must(t, err)
		_, err = proxywasm.DispatchRedisCall("r", []byte("PING"), func(status, size int) {
			body, err := proxywasm.GetRedisCallResponse(0, size)
			must(t, err)
			proxywasm.LogInfof("%s %d", strings.TrimSpace(string(body)), status)
		})
		must(t, err)
		return types.ActionPause
	}}
	h := start(t, &plugin{http: func() types.HttpContext { return s }}, nil)
	id := h.InitializeHttpContext()
	h.CallOnRequestHeaders(id, nil, true)
	calls, queries := h.GetCalloutAttributesFromContext(id), h.GetRedisCalloutAttributesFromContext(id)
	if len(calls) != 1 || calls[0].Upstream != "c" || string(calls[0].Body) != "q" || len(queries) != 1 || string(queries[0].Query) != "PING" {
		t.Fatalf("calls are %v and %v", calls, queries)
	}
	h.CallOnRedisCallResponse(queries[0].CalloutID, 0, []byte("+PONG\r\n"))
	h.CallOnHttpCallResponse(calls[0].CalloutID, [][2]string{{":status", "200"}}, nil, []byte("a"))
	if logs := h.GetInfoLogs(); !slices.Equal(logs, []string{"+PONG 0", "200 a 1"}) {
		t.Errorf("logs are %q", logs)
	}
	if h.GetCurrentHttpStreamAction(id) != types.ActionContinue {
		t.Error("the stream was not resumed")
	}
	if len(h.GetCalloutAttributesFromContext(id))+len(h.GetRedisCalloutAttributesFromContext(id)) != 0 {
		t.Error("calls that were answered still wait")
	}
}

func TestMetricsAndSharedData(t *testing.T) {
	p := &plugin{}
	p.start = func() types.OnPluginStartStatus {
		proxywasm.DefineCounterMetric("c").Increment(2)
		proxywasm.DefineGaugeMetric("g").Add(3)
		proxywasm.DefineHistogramMetric("h").Record(4)
		must(t, proxywasm.SetSharedData("k", []byte("v"), 0))
		value, cas, err := proxywasm.GetSharedData("k")
		if err != nil || string(value) != "v" || proxywasm.SetSharedData("k", nil, cas+1) != types.ErrorStatusCasMismatch {
			t.Errorf("shared data: %q, %v", value, err)
		}
		id, err := proxywasm.RegisterSharedQueue("q")
		must(t, err)
		must(t, proxywasm.EnqueueSharedQueue(id, []byte("e")))
		must(t, proxywasm.EnqueueSharedQueue(id, []byte("f")))
		data, err := proxywasm.DequeueSharedQueue(id)
		if err != nil || string(data) != "e" || proxywasm.EnqueueSharedQueue(99, nil) == nil {
			t.Errorf("queue: %q, %v", data, err)
		}
		return true
	}
	h := start(t, p, nil)
	h.StartPlugin()
	for name, f := range map[string]func(string) (uint64, error){"c": h.GetCounterMetric, "g": h.GetGaugeMetric, "h": h.GetHistogramMetric} {
		if n, err := f(name); err != nil || n != uint64(map[string]int{"c": 2, "g": 3, "h": 4}[name]) {
			t.Errorf("%s: %d, %v", name, n, err)
		}
		if _, err := f("none"); err == nil {
			t.Errorf("%s: no error for a metric that isn't there", name)
		}
	}
	if _, err := h.GetCounterMetric("g"); err == nil {
		t.Error("a gauge is a counter")
	}
	if h.GetQueueSize(0) != 1 || h.GetQueueSize(9) != 0 || len(p.queue) != 2 {
		t.Errorf("queue has %d elements, told of %d", h.GetQueueSize(0), len(p.queue))
	}
}

type connection struct{ types.DefaultTcpContext }

func (*connection) OnDownstreamData(size int, _ bool) types.Action {
	if size < 4 {
		return types.ActionPause
	}
	data, _ := proxywasm.GetDownstreamData(0, size)
	proxywasm.LogInfo(string(data))
	return types.ActionContinue
}

func (*connection) OnUpstreamClose(types.PeerType) { proxywasm.LogInfo("closed") }
func (*connection) OnStreamDone()                  { proxywasm.LogInfo("done") }

func TestConnection(t *testing.T) {
	h := start(t, &plugin{tcp: func() types.TcpContext { return &connection{} }}, nil)
	id, action := h.InitializeConnection()
	if action != types.ActionContinue || h.CallOnDownstreamData(id, []byte("ab")) != types.ActionPause ||
		h.CallOnDownstreamData(id, []byte("cd")) != types.ActionContinue || h.CallOnUpstreamData(id, []byte("x")) != types.ActionContinue {
		t.Error("actions are wrong")
	}
	h.CloseUpstreamConnection(id)
	h.CloseDownstreamConnection(id)
	h.CompleteConnection(id)
	if logs := h.GetInfoLogs(); !slices.Equal(logs, []string{"abcd", "closed", "done"}) {
		t.Errorf("logs are %q", logs)
	}
}

// TestUnknownContext calls contexts that don't exist.
func TestUnknownContext(t *testing.T) {
	h := start(t, &plugin{}, nil)
	h.CallOnRequestHeaders(77, nil, true)
	h.CallOnResponseBody(77, []byte("a"), true)
	h.CallOnDownstreamData(77, nil)
	h.CompleteHttpContext(77)
	h.CompleteConnection(77)
	h.CallOnHttpCallResponse(77, nil, nil, nil)
	h.SetHttpRequestHeaders(77, nil)
	if h.GetSentLocalResponse(77) != nil || h.GetCurrentRequestHeaders(77) != nil || h.GetCurrentRequestBody(77) != nil || h.GetCurrentResponseHeaders(77) != nil {
		t.Error("a context that doesn't exist has something")
	}
	if _, err := h.GetProperty(nil); err == nil || h.SetProperty([]string{"a"}, nil) == nil {
		t.Error("properties without a path or a value")
	}
}

// TestSeveral uses hosts in parallel, one of which is never reset.
func TestSeveral(t *testing.T) {
	var wg sync.WaitGroup
	for range 4 {
		h, _ := emulator.NewHostEmulator(emulator.NewEmulatorOption().WithHttpContext(func(uint32) types.HttpContext {
			return &stream{onHeaders: func() types.Action { return types.ActionPause }}
		}))
		id := h.InitializeHttpContext()
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 50 {
				if h.CallOnRequestHeaders(id, nil, false) != types.ActionPause {
					t.Error("the action of another host")
				}
			}
		}()
	}
	wg.Wait()
	h, reset := emulator.NewHostEmulator(emulator.NewEmulatorOption().WithTcpContext(func(uint32) types.TcpContext { return &connection{} }))
	defer reset()
	if _, action := h.InitializeConnection(); action != types.ActionContinue {
		t.Errorf("action is %v", action)
	}
}
