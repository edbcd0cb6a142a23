package wrapper

import (
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// TimingMetric is the histogram that WithTimings fills.
const TimingMetric = "sluice_plugin_microseconds"

// phaseNames are the values of the label phase.
var phaseNames = [...]string{
	"request_headers", "request_body", "request_trailers", "response_headers", "response_body", "response_trailers", "done", "tick",
}

const (
	timedRequestHeaders = iota
	timedRequestBody
	timedRequestTrailers
	timedResponseHeaders
	timedResponseBody
	timedResponseTrailers
	timedDone
	timedTick
)

// WithTimings records how long each of the plugin's callbacks for streams and
// ticks ran, in microseconds, in the histogram TimingMetric with the labels
// plugin (SetCtx's name) and phase (request_headers, request_body,
// request_trailers, response_headers, response_body, response_trailers, done,
// tick). Time that a request waits for an answer is not the plugin's, nor
// counted. on decides it each time that a configuration is parsed; nil means
// always. It costs two looks at the clock and one host call a callback; a
// plugin without this option links nothing of it.
func WithTimings[PluginConfig any](on func() bool) CtxOption[PluginConfig] {
	dispatch.WantHTTP()
	return option[PluginConfig](func(c *CommonVmCtx[PluginConfig]) {
		t := &timings{}
		c.on.begin = func() { t.begin(c.name, on == nil || on()) }
		c.on.timed = func(s *stream, inner types.HttpContext) types.HttpContext {
			if !t.on {
				return inner
			}
			return &timedContext{HttpContext: inner, s: s, t: t}
		}
		c.on.ticked = func(_ *plugin, tick func()) {
			defer t.record(timedTick, t.now())
			tick()
		}
	})
}

// timings are the histograms of one plugin.
type timings struct {
	on     bool
	phases [len(phaseNames)]proxywasm.MetricHistogram
	ready  bool
}

// begin defines the metrics when they are first wanted.
func (t *timings) begin(plugin string, on bool) {
	t.on = on
	if !on || t.ready {
		return
	}
	t.ready = true
	vec, err := proxywasm.NewHistogramVec(TimingMetric, "plugin", "phase")
	if err != nil {
		t.on = false
		return
	}
	for i, name := range phaseNames {
		t.phases[i] = vec.With(plugin, name)
	}
}

func (t *timings) now() (now time.Time) {
	if t.on {
		now = time.Now()
	}
	return now
}

func (t *timings) record(phase int, from time.Time) {
	if !from.IsZero() {
		t.phases[phase].Record(uint64(time.Since(from).Microseconds()))
	}
}

// timedContext is a stream whose callbacks are timed, also those that panic.
type timedContext struct {
	types.HttpContext
	s *stream
	t *timings
}

func (c *timedContext) base() *stream { return c.s }

func (c *timedContext) OnHttpRequestHeaders(n int, end bool) types.Action {
	defer c.t.record(timedRequestHeaders, c.t.now())
	return c.HttpContext.OnHttpRequestHeaders(n, end)
}

func (c *timedContext) OnHttpRequestBody(size int, end bool) types.Action {
	defer c.t.record(timedRequestBody, c.t.now())
	return c.HttpContext.OnHttpRequestBody(size, end)
}

func (c *timedContext) OnHttpRequestTrailers(n int) types.Action {
	defer c.t.record(timedRequestTrailers, c.t.now())
	return c.HttpContext.OnHttpRequestTrailers(n)
}

func (c *timedContext) OnHttpResponseHeaders(n int, end bool) types.Action {
	defer c.t.record(timedResponseHeaders, c.t.now())
	return c.HttpContext.OnHttpResponseHeaders(n, end)
}

func (c *timedContext) OnHttpResponseBody(size int, end bool) types.Action {
	defer c.t.record(timedResponseBody, c.t.now())
	return c.HttpContext.OnHttpResponseBody(size, end)
}

func (c *timedContext) OnHttpResponseTrailers(n int) types.Action {
	defer c.t.record(timedResponseTrailers, c.t.now())
	return c.HttpContext.OnHttpResponseTrailers(n)
}

func (c *timedContext) OnHttpStreamDone() {
	defer c.t.record(timedDone, c.t.now())
	c.HttpContext.OnHttpStreamDone()
}
