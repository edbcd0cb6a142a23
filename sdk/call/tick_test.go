package call_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// runTick starts a plugin of one tick handler.
func runTick(t *testing.T, period time.Duration, handler func(ctx context.Context)) *plugintest.Host {
	t.Helper()
	before := proxywasm.GetVMContext()
	t.Cleanup(func() { proxywasm.SetVMContext(before) })
	wrapper.SetCtx("test", wrapper.ParseConfig(func(gjson.Result, *struct{}) error {
		wrapper.HandleTick(period, handler)
		return nil
	}))
	return plugintest.New(t, plugintest.Options{})
}

func TestTickHandlerWaits(t *testing.T) {
	got := ""
	h := runTick(t, 0, func(ctx context.Context) {
		resp, err := call.New(cluster).Get(ctx, "/list")
		if err != nil {
			t.Error(err)
			return
		}
		got += string(resp.Body) + ";"
	})
	h.Tick()
	h.Tick() // the first run is not over
	if n := len(h.PendingHTTPCalls()); n != 1 {
		t.Errorf("%d calls, want 1", n)
	}
	h.OnHTTPCall(service)
	h.Tick()
	if got != "list;list;" || h.TickPeriod() != 100 {
		t.Errorf("got %q; the tick is %d ms, want 100", got, h.TickPeriod())
	}
}

func TestTickHandlerPanicsAndGoesOn(t *testing.T) {
	runs := 0
	h := runTick(t, 0, func(context.Context) { runs++; panic("boom") })
	h.Tick()
	h.Tick()
	lines := h.LogsAt(proxywasm.LogLevelCritical)
	if runs != 2 || len(lines) != 2 || !strings.Contains(lines[0], "panicked in tick") {
		t.Errorf("%d runs, logged %q", runs, lines)
	}
}

func TestTickHandlerEndsWithItsConfiguration(t *testing.T) {
	var got error
	h := runTick(t, 0, func(ctx context.Context) { _, got = call.New(cluster).Get(ctx, "/") })
	h.Tick()
	if err := h.Configure(nil); err != nil {
		t.Fatal(err)
	}
	if got == nil || !strings.Contains(got.Error(), call.ErrStreamEnded.Error()) {
		t.Errorf("got %v", got)
	}
}
