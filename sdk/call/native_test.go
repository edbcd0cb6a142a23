package call_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call/internal/ops"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

func init() { ops.Register() }

func request(op string) [][2]string {
	return [][2]string{{":method", "POST"}, {":path", "/op/" + op}, {":authority", "a.test"}}
}

// service answers each path with its own last part, and /slow not at all.
func service(c plugintest.HTTPCall) plugintest.HTTPAnswer {
	path := c.Headers.Get(":path")
	return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}, {"server", "s"}}, Body: []byte(path[1:])}
}

// metric reads one of the plugin's counters.
func metric(h *plugintest.Host, name string) int {
	v, _ := h.Counter("straight_" + name)
	return int(v)
}

// clock is a host's time that a test moves.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Unix(1_700_000_000, 0)} }

// run moves the time on, in the steps of the host's ticks.
func (c *clock) run(h *plugintest.Host, d time.Duration) {
	for end := c.now.Add(d); c.now.Before(end); {
		step := end.Sub(c.now)
		if p := time.Duration(h.TickPeriod()) * time.Millisecond; p > 0 {
			step = min(step, p)
		}
		c.now = c.now.Add(step)
		if h.TickPeriod() > 0 {
			h.Tick()
		}
	}
}

func TestResults(t *testing.T) {
	for _, c := range []struct{ op, result string }{
		{"none", "none"},
		{"once", "a"},
		{"twice", "ab"},
		{"join", "abc"},
		{"loop", "0123456789"},
		{"nested", "7"},
		{"hold-call", "callback b"},
		{"update", "1"},
	} {
		t.Run(c.op, func(t *testing.T) {
			h := plugintest.New(t, plugintest.Options{})
			ex := h.Request(request(c.op), []byte("body"))
			waits := c.op != "none" && c.op != "update"
			if ex.Paused() != waits {
				t.Errorf("held back: %v, want %v", ex.Paused(), waits)
			}
			h.OnHTTPCall(service)
			if got := ex.Upstream.Headers.Get("x-result"); got != c.result || ex.Paused() {
				t.Errorf("upstream got %q, want %q; held back: %v", got, c.result, ex.Paused())
			}
			if string(ex.Upstream.Body) != "body" || !ex.Upstream.Ended {
				t.Errorf("upstream got the body %q", ex.Upstream.Body)
			}
			ex.End()
			if b, u, d := metric(h, "begun"), metric(h, "unwound"), metric(h, "done"); b != 1 || u != 1 || d != 1 {
				t.Errorf("begun %d, unwound %d, done %d, want 1 each", b, u, d)
			}
		})
	}
}

func TestReplies(t *testing.T) {
	for _, c := range []struct{ op, status, body string }{
		{"deny", "403", "denied a"},
		{"deny-continue", "403", "denied a"},
		{"unknown", "503", "no such cluster"},
		{"panic-before", "500", "internal server error"},
		{"panic-after", "500", "internal server error"},
		{"panic-join", "500", "internal server error"},
		{"exit-before", "500", "internal server error"},
		{"exit-after", "500", "internal server error"},
		{"hold-first", "500", ""},
		{"hold-after", "500", ""},
	} {
		t.Run(c.op, func(t *testing.T) {
			h := plugintest.New(t, plugintest.Options{MissingClusters: []string{"nobody"}})
			h.OnHTTPCall(service)
			for range 3 { // a pooled coroutine must be as good as a fresh one
				ex := h.Request(request(c.op), []byte("body"))
				if ex.Upstream.Sent() || ex.Client.Headers.Get(":status") != c.status || !strings.Contains(string(ex.Client.Body), c.body) {
					t.Errorf("client got %v %q, upstream %v", ex.Client.Headers, ex.Client.Body, ex.Upstream.Headers)
				}
				ex.End()
			}
			if got := h.Request(request("once")).Upstream.Headers.Get("x-result"); got != "a" {
				t.Errorf("the next request was harmed: %q", got)
			}
			if u := metric(h, "unwound"); u != 4 {
				t.Errorf("unwound %d handlers, want 4", u)
			}
		})
	}
}

func TestPanicIsLoggedOnceWithItsStack(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	h.OnHTTPCall(service)
	for op, where := range map[string]string{"panic-before": "before", "panic-after": "after", "panic-join": "panicJoin"} {
		before := len(h.LogsAt(proxywasm.LogLevelCritical))
		h.Request(request(op))
		lines := h.LogsAt(proxywasm.LogLevelCritical)[before:]
		if len(lines) != 1 || !strings.Contains(lines[0], where) || !strings.Contains(lines[0], "ops/request.go") {
			t.Errorf("%s: logged %q", op, lines)
		}
	}
}

func TestBodies(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Request(request("body"), []byte("one"), []byte("two"))
	if len(ex.Upstream.Body) > 0 || !ex.Paused() {
		t.Errorf("upstream got %q", ex.Upstream.Body)
	}
	h.OnHTTPCall(service)
	if got := string(ex.Upstream.Body); got != "ONETWObody" {
		t.Errorf("upstream got %q", got)
	}
	h.OnHTTPCall(nil)
	ex = h.Send(plugintest.Input{Headers: request("body"), Chunks: [][]byte{[]byte("x")}, Trailers: [][2]string{{"t", "1"}}})
	h.OnHTTPCall(service)
	if got := string(ex.Upstream.Body); got != "Xbody" || ex.Upstream.Trailers.Get("t") != "1" {
		t.Errorf("with trailers upstream got %q, %v", got, ex.Upstream.Trailers)
	}
}

// Headers can wait for a body handler that makes a call.
func TestHeadersHeldForABodyHandler(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Request(request("body-headers"), []byte("text"))
	if ex.Upstream.Sent() {
		t.Errorf("upstream got %v", ex.Upstream.Headers)
	}
	h.OnHTTPCall(service)
	if got := ex.Upstream.Headers.Get("x-result"); got != "body" || string(ex.Upstream.Body) != "TEXTbody" {
		t.Errorf("upstream got %q, %q", got, ex.Upstream.Body)
	}
}

func TestResponses(t *testing.T) {
	ok := [][2]string{{":status", "200"}}
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Request(request("response-body")).Respond(ok, []byte("one"), []byte("two"))
	if ex.Client.Sent() {
		t.Errorf("the client got %v", ex.Client.Headers)
	}
	h.OnHTTPCall(service)
	if got := ex.Client.Headers.Get("x-response"); got != "response" || string(ex.Client.Body) != "onetwotail" {
		t.Errorf("the client got %q, %q", got, ex.Client.Body)
	}
	ex = h.Request(request("response-panic")).Respond(ok, []byte("secret"))
	if got := ex.Client.Headers.Get(":status"); got != "500" || strings.Contains(string(ex.Client.Body), "secret") {
		t.Errorf("after a panic the client got %q, %q", got, ex.Client.Body)
	}
}

// A reply is itself a response, which the plugin's own handler may hold back.
func TestReplyPassesOwnResponseHandler(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Request(request("response-reply"))
	h.OnHTTPCall(func(c plugintest.HTTPCall) plugintest.HTTPAnswer {
		if c.Headers.Get(":path") == "/response" && ex.Client.Sent() {
			t.Error("the reply did not wait for the handler")
		}
		return service(c)
	})
	if ex.Client.Headers.Get(":status") != "403" || ex.Client.Headers.Get("x-response") != "response" || ex.Upstream.Sent() {
		t.Errorf("the client got %v, upstream %v", ex.Client.Headers, ex.Upstream.Headers)
	}
}

func TestSleep(t *testing.T) {
	c := newClock()
	h := plugintest.New(t, plugintest.Options{Now: func() time.Time { return c.now }})
	if h.TickPeriod() != 0 {
		t.Error("ticks run although nothing waits")
	}
	for op, want := range map[string]int{"sleep": 250, "nap": 20} {
		ex := h.Request(request(op))
		c.run(h, 300*time.Millisecond)
		got, _ := strconv.Atoi(ex.Upstream.Headers.Get("x-result"))
		if got < want || got > want+2 {
			t.Errorf("%s took %d ms, want %d", op, got, want)
		}
	}
	c.run(h, 5*time.Second)
	if h.TickPeriod() != 0 {
		t.Errorf("ticks every %d ms go on although nothing waits", h.TickPeriod())
	}
}

// A host that never answers doesn't hold a stream for ever.
func TestDeadlineWithoutAnAnswer(t *testing.T) {
	for _, op := range []string{"slow", "late"} {
		c := newClock()
		h := plugintest.New(t, plugintest.Options{Now: func() time.Time { return c.now }})
		ex := h.Request(request(op))
		c.run(h, 90*time.Millisecond)
		if !ex.Paused() {
			t.Errorf("%s: given up too early", op)
		}
		c.run(h, time.Second)
		if got := ex.Client.Headers.Get(":status"); got != "504" || !strings.Contains(string(ex.Client.Body), "no answer in time") {
			t.Errorf("%s: the client got %q, %q", op, got, ex.Client.Body)
		}
		h.OnHTTPCall(service) // the answer, far too late
	}
}

func TestStreamEndsWhileParked(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	for range 3 {
		h.Request(request("park")).End()
		h.Request(request("join")).End()
		h.Request(request("nested")).End()
		h.Request(request("sleep")).End()
	}
	h.OnHTTPCall(service) // answers that nobody waits for
	if e := metric(h, "ended"); e != 3 {
		t.Errorf("%d handlers saw the end, want 3", e)
	}
	if b, u, d := metric(h, "begun"), metric(h, "unwound"), metric(h, "done"); b != 12 || u != 12 || d != 12 {
		t.Errorf("begun %d, unwound %d, done %d, want 12 each", b, u, d)
	}
	if got := h.LogsAt(proxywasm.LogLevelCritical); len(got) > 0 {
		t.Errorf("logged %q", got)
	}
}

// A handler that repeats its call for ever must not take the worker with it.
func TestStubbornHandlerIsEnded(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	h.Request(request("stubborn")).End()
	if got := h.LogsAt(proxywasm.LogLevelCritical); len(got) != 1 || !strings.Contains(got[0], "its stream is over") {
		t.Errorf("logged %q", got)
	}
	if u, d := metric(h, "unwound"), metric(h, "done"); u != 1 || d != 1 {
		t.Errorf("unwound %d, done %d, want 1 each", u, d)
	}
}

func TestDerivedContext(t *testing.T) {
	c := newClock()
	h := plugintest.New(t, plugintest.Options{Now: func() time.Time { return c.now }})
	ex := h.Request(request("derived"))
	h.OnHTTPCall(func(p plugintest.HTTPCall) plugintest.HTTPAnswer {
		if p.Headers.Get(":path") == "/slow" {
			return plugintest.HTTPAnswer{}
		}
		return service(p)
	})
	if got := ex.Upstream.Headers.Get("x-result"); got != "false" {
		t.Errorf("a call that failed before the cancellation was: %q", got)
	}
}
