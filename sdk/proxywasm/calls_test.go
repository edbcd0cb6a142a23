package proxywasm_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Nothing that is empty may crash the plugin.
func TestEmptyArguments(t *testing.T) {
	h, _ := inRequest(t, plugintest.Options{}, func() {
		queue, err := proxywasm.RegisterSharedQueue("q")
		if err != nil {
			t.Error(err)
		}
		for name, err := range map[string]error{
			"enqueue nothing": proxywasm.EnqueueSharedQueue(queue, nil),
			"share nothing":   proxywasm.SetSharedData("k", nil, 0),
			"clear property":  proxywasm.SetProperty([]string{"p"}, nil),
			"no trailers":     proxywasm.SetSharedData("", []byte{}, 0),
		} {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := proxywasm.DispatchRedisCall("r", nil, nil); !errors.Is(err, types.ErrorStatusBadArgument) {
			t.Errorf("empty Redis query: %v", err)
		}
		if data, err := proxywasm.DequeueSharedQueue(queue); err != nil || len(data) != 0 {
			t.Errorf("dequeued %q, %v", data, err)
		}
		if _, err := proxywasm.DequeueSharedQueue(queue); !errors.Is(err, types.ErrorStatusEmpty) {
			t.Errorf("empty queue: %v", err)
		}
		if _, err := proxywasm.GetPluginConfiguration(); !errors.Is(err, types.ErrorStatusNotFound) {
			t.Errorf("empty configuration: %v", err)
		}
		proxywasm.LogInfo("")
		proxywasm.LogInfof("")
	})
	if value, ok := h.SharedData("k"); !ok || len(value) != 0 {
		t.Errorf("shared %q, %v", value, ok)
	}
}

func TestBodies(t *testing.T) {
	s := &steps{
		requestBody: func() types.Action {
			for _, c := range [][2]int{{-1, 1}, {0, -1}, {-1 << 40, 1}} {
				if _, err := proxywasm.GetHttpRequestBody(c[0], c[1]); !errors.Is(err, types.ErrorStatusBadArgument) {
					t.Errorf("range %v: %v", c, err)
				}
			}
			for want, c := range map[string][2]int{"body": {0, 1 << 40}, "od": {1, 2}, "y": {3, 100}} {
				if got, err := proxywasm.GetHttpRequestBody(c[0], c[1]); string(got) != want || err != nil {
					t.Errorf("range %v: %q, %v, want %q", c, got, err, want)
				}
			}
			if _, err := proxywasm.GetHttpRequestBody(4, 1); !errors.Is(err, types.ErrorStatusNotFound) {
				t.Errorf("behind the end: %v", err)
			}
			proxywasm.PrependHttpRequestBody([]byte("<"))
			proxywasm.AppendHttpRequestBody([]byte(">"))
			return types.ActionContinue
		},
		responseBody: func() types.Action {
			proxywasm.ReplaceHttpResponseBody(nil)
			proxywasm.AppendHttpResponseBody([]byte("new"))
			return types.ActionContinue
		},
	}
	ex := runSteps(t, s, plugintest.Options{}).Request(plain, []byte("body"))
	if string(ex.Upstream.Body) != "<body>" {
		t.Errorf("upstream got %q", ex.Upstream.Body)
	}
	ex.Respond([][2]string{{":status", "200"}}, []byte("old"))
	if string(ex.Client.Body) != "new" {
		t.Errorf("the client got %q", ex.Client.Body)
	}
}

func TestHeaders(t *testing.T) {
	_, ex := inRequest(t, plugintest.Options{}, func() {
		if _, err := proxywasm.GetHttpRequestHeader("none"); !errors.Is(err, types.ErrorStatusNotFound) {
			t.Errorf("missing header: %v", err)
		}
		if _, err := proxywasm.GetHttpRequestTrailers(); !errors.Is(err, types.ErrorStatusNotFound) {
			t.Errorf("trailers before they arrive: %v", err)
		}
		if all, err := proxywasm.GetHttpRequestHeaders(); err != nil || !slices.Equal(all, plain) {
			t.Errorf("headers %q, %v", all, err)
		}
		proxywasm.AddHttpRequestHeader("x-a", "2")
		proxywasm.ReplaceHttpRequestHeader(":path", "/new")
		proxywasm.RemoveHttpRequestHeader(":method")
		proxywasm.RemoveHttpRequestHeader("none")
	})
	want := plugintest.Headers{{":path", "/new"}, {":authority", "a.test"}, {"x-a", "1"}, {"x-a", "2"}}
	if !slices.Equal(ex.Upstream.Headers, want) {
		t.Errorf("upstream got %q, want %q", ex.Upstream.Headers, want)
	}
}

func TestSharedDataCAS(t *testing.T) {
	inRequest(t, plugintest.Options{}, func() {
		if _, _, err := proxywasm.GetSharedData("k"); !errors.Is(err, types.ErrorStatusNotFound) {
			t.Errorf("missing key: %v", err)
		}
		proxywasm.SetSharedData("k", []byte("a"), 0)
		value, cas, err := proxywasm.GetSharedData("k")
		if string(value) != "a" || err != nil {
			t.Errorf("value %q, %v", value, err)
		}
		if err := proxywasm.SetSharedData("k", []byte("b"), cas); err != nil {
			t.Error(err)
		}
		if err := proxywasm.SetSharedData("k", []byte("c"), cas); !errors.Is(err, types.ErrorStatusCasMismatch) {
			t.Errorf("old number: %v", err)
		}
	})
}

func TestProperties(t *testing.T) {
	o := plugintest.Options{Properties: map[string]string{"xds.route_name": "r"}}
	_, ex := inRequest(t, o, func() {
		for _, path := range [][]string{nil, {}, {"a\x00b"}} {
			_, get := proxywasm.GetProperty(path)
			if set := proxywasm.SetProperty(path, nil); !errors.Is(get, types.ErrInvalidPath) || !errors.Is(set, types.ErrInvalidPath) {
				t.Errorf("path %q: get %v, set %v", path, get, set)
			}
		}
		if v, err := proxywasm.GetProperty([]string{"xds", "route_name"}); string(v) != "r" || err != nil {
			t.Errorf("route name %q, %v", v, err)
		}
		if _, err := proxywasm.GetProperty([]string{"none"}); !errors.Is(err, types.ErrorStatusNotFound) {
			t.Errorf("missing property: %v", err)
		}
		if m, err := proxywasm.GetPropertyMap([]string{"request", "headers"}); err != nil || !slices.Equal(m, plain) {
			t.Errorf("request headers %q, %v", m, err)
		}
		if _, err := proxywasm.GetPropertyMap([]string{"xds", "route_name"}); !errors.Is(err, types.ErrMalformedHostData) {
			t.Errorf("a string read as a map: %v", err)
		}
		proxywasm.SetProperty([]string{"mine", "a"}, []byte("v"))
	})
	if got := ex.Property("mine", "a"); string(got) != "v" {
		t.Errorf("property %q", got)
	}
}

func TestMetrics(t *testing.T) {
	h, _ := inRequest(t, plugintest.Options{}, func() {
		c, g, s := proxywasm.DefineCounterMetric("c"), proxywasm.DefineGaugeMetric("g"), proxywasm.DefineHistogramMetric("h")
		c.Increment(2)
		c.Increment(0)
		proxywasm.DefineCounterMetric("c").Increment(3)
		g.Add(5)
		g.Add(-2)
		g.Add(0)
		s.Record(7)
		if c.Value() != 5 || g.Value() != 3 {
			t.Errorf("counter %d, gauge %d", c.Value(), g.Value())
		}
	})
	if len(h.Logs()) != 0 {
		t.Errorf("logs %v", h.Logs())
	}
	if got, _ := h.Histogram("h"); !slices.Equal(got, []uint64{7}) {
		t.Errorf("samples %v", got)
	}
}

// Without a host metrics can't be defined; that must not crash.
func TestMetricsThatTheHostRefuses(t *testing.T) {
	c, g, s := proxywasm.DefineCounterMetric("c"), proxywasm.DefineGaugeMetric("g"), proxywasm.DefineHistogramMetric("h")
	c.Increment(1)
	g.Add(1)
	s.Record(1)
	if c.Value() != 0 || g.Value() != 0 || s.Value() != 0 {
		t.Error("a metric that is not there has a value")
	}
}

func TestClockLevelAndForeignFunctions(t *testing.T) {
	now := time.Unix(1234, 5)
	o := plugintest.Options{
		LogLevel: proxywasm.LogLevelWarn,
		Now:      func() time.Time { return now },
		Foreign: map[string]func([]byte) ([]byte, error){
			"upper": func(b []byte) ([]byte, error) { return []byte(strings.ToUpper(string(b))), nil },
			"fails": func([]byte) ([]byte, error) { return nil, errors.New("x") },
		},
	}
	h, _ := inRequest(t, o, func() {
		if got, err := proxywasm.GetCurrentTime(); got != uint64(now.UnixNano()) || err != nil {
			t.Errorf("time %d, %v", got, err)
		}
		if got, err := proxywasm.LogLevel(); got != proxywasm.LogLevelWarn || err != nil {
			t.Errorf("level %d, %v", got, err)
		}
		if got, err := proxywasm.CallForeignFunction("upper", []byte("a")); string(got) != "A" || err != nil {
			t.Errorf("foreign function %q, %v", got, err)
		}
		if _, err := proxywasm.CallForeignFunction("none", nil); !errors.Is(err, types.ErrorStatusNotFound) {
			t.Errorf("missing function: %v", err)
		}
		if _, err := proxywasm.CallForeignFunction("fails", nil); !errors.Is(err, types.ErrorInternalFailure) {
			t.Errorf("failing function: %v", err)
		}
		proxywasm.LogInfof("%v", neverFormat{t})
		proxywasm.LogWarnf("%s %d", "shown", 1)
	})
	if got := h.Logs(); len(got) != 1 || got[0].Message != "shown 1" {
		t.Errorf("logs %v", got)
	}
}

type neverFormat struct{ t *testing.T }

func (n neverFormat) String() string {
	n.t.Error("a line below the level was formatted")
	return ""
}

func TestResumeAndContextsThatAreNotThere(t *testing.T) {
	_, ex := inRequest(t, plugintest.Options{}, func() {
		for range 2 {
			if err := proxywasm.ResumeHttpRequest(); err != nil {
				t.Errorf("resume: %v", err)
			}
		}
		if err := proxywasm.ResumeHttpResponse(); err != nil {
			t.Errorf("resume a response before there is one: %v", err)
		}
		if err := proxywasm.SetEffectiveContext(4711); !errors.Is(err, types.ErrorStatusBadArgument) {
			t.Errorf("context that is not there: %v", err)
		}
		if proxywasm.GetHttpContext(4711) != nil {
			t.Error("found a context that is not there")
		}
	})
	if !ex.Upstream.Ended {
		t.Error("the request did not pass")
	}
}

func TestPanicPolicy(t *testing.T) {
	s := &steps{request: func() types.Action { panic("x") }}
	h := runSteps(t, s, plugintest.Options{})
	proxywasm.SetPanicPolicy(func(p proxywasm.Panic) proxywasm.Verdict { return proxywasm.FailOpen })
	open := h.Request(plain)
	proxywasm.SetPanicPolicy(nil)
	closed := h.Request(plain)
	if !open.Upstream.Sent() || closed.Upstream.Sent() || closed.Reply == nil || closed.Reply.Detail != "plugin_failed_in_request_headers" {
		t.Errorf("open %v, closed %v, reply %+v", open.Upstream.Sent(), closed.Upstream.Sent(), closed.Reply)
	}
}

func TestTCP(t *testing.T) {
	before := proxywasm.GetVMContext()
	defer proxywasm.SetVMContext(before)
	proxywasm.SetTcpContext(func(uint32) types.TcpContext { return &tcp{} })
	c := plugintest.New(t, plugintest.Options{}).Connect()
	c.FromClient([]byte("wait"), false).FromClient([]byte("!"), true)
	if string(c.Upstream) != "[wait!]" {
		t.Errorf("upstream got %q", c.Upstream)
	}
	c.FromUpstream([]byte("secret"), false)
	if string(c.Client) != "public" || c.Closed() {
		t.Errorf("the client got %q; closed %v", c.Client, c.Closed())
	}
	c.FromUpstream([]byte("bye"), false) // as on Envoy, what closes takes what is under way along
	if string(c.Client) != "public" || !c.DownstreamClosed || !c.UpstreamClosed {
		t.Errorf("the client got %q; closed %v, %v", c.Client, c.DownstreamClosed, c.UpstreamClosed)
	}
}

type tcp struct{ types.DefaultTcpContext }

func (*tcp) OnDownstreamData(size int, end bool) types.Action {
	if !end {
		return types.ActionPause
	}
	proxywasm.PrependDownstreamData([]byte("["))
	proxywasm.AppendDownstreamData([]byte("]"))
	return types.ActionContinue
}

func (*tcp) OnUpstreamData(size int, end bool) types.Action {
	if data, _ := proxywasm.GetUpstreamData(0, size); string(data) == "secret" {
		proxywasm.ReplaceUpstreamData([]byte("public"))
		return types.ActionContinue
	}
	proxywasm.CloseUpstream()
	proxywasm.CloseDownstream()
	return types.ActionContinue
}
