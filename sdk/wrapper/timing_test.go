package wrapper_test

import (
	"fmt"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func TestTimings(t *testing.T) {
	on, path := false, ""
	wrapper.SetCtx("timed",
		wrapper.WithTimings[noConfig](func() bool { return on }),
		wrapper.ProcessRequestHeaders(func(ctx wrapper.HttpContext, _ noConfig) types.Action {
			path = ctx.Path()
			return types.ActionContinue
		}))
	const name = wrapper.TimingMetric + ";plugin=timed;phase="
	off := plugintest.New(t, plugintest.Options{})
	off.Send(trailered).RespondWith(answer).End()
	if _, ok := off.Histogram(name + "done"); ok {
		t.Error("times are taken although they are not on")
	}
	on = true
	h := plugintest.New(t, plugintest.Options{})
	h.Send(trailered).RespondWith(answer).End()
	h.Tick()
	for _, phase := range []string{"request_headers", "request_body", "request_trailers", "response_headers", "response_body", "response_trailers", "done", "tick"} {
		got, ok := h.Histogram(name + phase)
		if !ok || len(got) != 1 || got[0] > 10_000_000 {
			t.Errorf("%s: %v, %v", phase, got, ok)
		}
	}
	if path != "/" {
		t.Errorf("a timed plugin read the path %q", path)
	}
}

func ExampleWithTimings() {
	wrapper.SetCtx("my-plugin",
		wrapper.WithTimings[noConfig](nil), // always; a function decides it for each configuration
		wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, noConfig) types.Action { return types.ActionContinue }))
	h := plugintest.New(&testing.B{}, plugintest.Options{})
	h.Request(get)
	times, _ := h.Histogram("sluice_plugin_microseconds;plugin=my-plugin;phase=request_headers")
	fmt.Println(len(times))
	// Output: 1
}
