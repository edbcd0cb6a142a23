package plugintest_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

func TestRefusedConfiguration(t *testing.T) {
	h, err := plugintest.Start(t, plugintest.Options{Config: []byte("refuse")})
	if !errors.Is(err, plugintest.ErrRefused) {
		t.Errorf("error %v, want ErrRefused", err)
	}
	if got := h.LogsAt(proxywasm.LogLevelCritical); !slices.Equal(got, []string{"refused"}) {
		t.Errorf("logs %q", got)
	}
}

func TestReconfigure(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{Config: []byte("one")})
	old := h.Request(get("status-4"))
	if err := h.Configure([]byte("two")); err != nil {
		t.Fatal(err)
	}
	if got := h.Request(get("none")).Upstream.Headers.Get("greeting"); got != "two" {
		t.Errorf("greeting %q after a change", got)
	}
	if err := h.Configure([]byte("refuse")); !errors.Is(err, plugintest.ErrRefused) {
		t.Errorf("error %v, want ErrRefused", err)
	}
	if got := h.Request(get("none")).Upstream.Headers.Get("greeting"); got != "two" {
		t.Errorf("greeting %q after a refused change", got)
	}
	old.End()
}

func TestHTTPCalls(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Request(get("call"), []byte("body"))
	if !ex.Paused() || len(h.PendingHTTPCalls()) != 1 {
		t.Fatalf("paused %v, calls %v", ex.Paused(), h.PendingHTTPCalls())
	}
	h.OnHTTPCall(func(c plugintest.HTTPCall) plugintest.HTTPAnswer {
		if c.Cluster != "auth" || c.Headers.Get(":path") != "/auth" || c.Timeout != 500*time.Millisecond {
			t.Errorf("call %+v", c)
		}
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}}, Body: []byte("eve")}
	})
	if got := ex.Upstream.Headers.Get("x-user"); got != "eve" || string(ex.Upstream.Body) != "body" || ex.Paused() {
		t.Errorf("x-user %q, body %q, paused %v", got, ex.Upstream.Body, ex.Paused())
	}
	if got := h.Request(get("call-deny")); got.Reply == nil || got.Reply.Status != 502 || got.Upstream.Sent() {
		t.Errorf("reply %+v", got.Reply)
	}
	h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer { return plugintest.HTTPAnswer{} })
	if got := h.Request(get("call")); got.Client.Headers.Get(":status") != "502" {
		t.Errorf("after a failed call the client got %v", got.Client.Headers)
	}
}

func TestAnswersForExchangesThatAreGone(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Request(get("call"))
	ex.End()
	h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}}}
	})
	if ex.Upstream.Sent() || ex.Reply != nil || len(h.LogsAt(proxywasm.LogLevelCritical)) > 0 {
		t.Errorf("upstream %+v, reply %+v", ex.Upstream, ex.Reply)
	}
}

func TestMissingCluster(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{MissingClusters: []string{"auth"}})
	h.Request(get("call"))
	if got := h.LogsAt(proxywasm.LogLevelError); len(got) != 1 {
		t.Errorf("errors %q, want one", got)
	}
}

func TestRedisCalls(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	h.OnRedisCall(func(c plugintest.RedisCall) plugintest.RedisAnswer {
		if c.Cluster != "redis" || string(c.Query) != "*1\r\n$4\r\nPING\r\n" {
			t.Errorf("call %+v", c)
		}
		return plugintest.RedisAnswer{Body: []byte("+PONG\r\n")}
	})
	if got := h.Request(get("redis")).Upstream.Headers.Get("x-redis"); got != "0+PONG" {
		t.Errorf("x-redis %q", got)
	}
}

func TestTicksQueuesAndMetrics(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	if h.TickPeriod() != 250 {
		t.Errorf("tick period %d", h.TickPeriod())
	}
	h.Tick()
	h.Tick()
	if n, ok := h.Gauge("ticks"); n != 2 || !ok {
		t.Errorf("gauge %d, %v", n, ok)
	}
	if _, ok := h.Counter("ticks"); ok {
		t.Error("a gauge was found as a counter")
	}
	if !h.Enqueue("jobs", []byte("j1")) || h.Enqueue("none", nil) {
		t.Error("the wrong queue took the job")
	}
	want := []string{"job j1, <nil>", "then error status returned by host: empty"}
	if got := h.LogsAt(proxywasm.LogLevelInfo); !slices.Equal(got, want) {
		t.Errorf("logs %q, want %q", got, want)
	}
}

func TestLogLevel(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{LogLevel: proxywasm.LogLevelWarn})
	h.Request(get("buffer"), []byte("x")).Respond([][2]string{{":status", "200"}})
	for _, line := range h.Logs() {
		if line.Level < proxywasm.LogLevelWarn {
			t.Errorf("logged %v", line)
		}
	}
}

func TestParallelHosts(t *testing.T) {
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			h := plugintest.New(t, plugintest.Options{Config: []byte(t.Name())})
			for range 50 {
				if got := h.Request(get("none")).Upstream.Headers.Get("greeting"); got != t.Name() {
					t.Fatalf("greeting %q, want %q", got, t.Name())
				}
			}
		})
	}
}
