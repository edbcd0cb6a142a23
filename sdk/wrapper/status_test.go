package wrapper

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

var client = NewClusterClient(FQDNCluster{FQDN: "svc.dns", Port: 80})

// call sends a request that nobody answers.
func call(t testing.TB, cb ResponseCallback) {
	if err := client.Get("/", nil, cb); err != nil {
		t.Fatal(err)
	}
}

// What the host is told for each action of a header callback.
func TestHeaderActions(t *testing.T) {
	const stop, all = types.HeaderStopIteration, types.HeaderStopAllIterationAndWatermark
	wait := func(int, [][2]string, []byte) {}
	for _, c := range []struct {
		returned    types.Action
		body, reads bool // a body follows; the plugin reads it
		callback    any  // of a call that was made, if calls
		calls       bool
		want        types.Action
	}{
		{returned: stop, body: true, reads: true, want: stop},
		{returned: stop, body: true, reads: false, want: all},
		{returned: stop, body: false, reads: true, want: types.HeaderContinue},
		{returned: stop, body: false, reads: false, want: types.HeaderContinue},
		{returned: stop, body: true, reads: true, calls: true, callback: wait, want: all},
		{returned: stop, body: true, reads: false, calls: true, callback: wait, want: all},
		{returned: stop, body: false, reads: true, calls: true, callback: wait, want: all},
		{returned: stop, body: false, reads: false, calls: true, callback: wait, want: all},
		{returned: stop, body: false, reads: true, calls: true, callback: nil, want: types.HeaderContinue},
		{returned: stop, body: true, reads: true, calls: true, callback: nil, want: stop},
		{returned: types.ActionContinue, body: true, reads: true, want: 0},
		{returned: types.HeaderContinueAndEndStream, body: true, reads: true, want: 2},
		{returned: types.HeaderStopAllIterationAndBuffer, body: false, reads: true, want: 3},
		{returned: all, body: false, reads: true, want: all},
		{returned: all, body: true, reads: true, want: all},
	} {
		for d, name := range []string{"request", "response"} {
			t.Run(fmt.Sprintf("%s %+v", name, c), func(t *testing.T) {
				options := []CtxOption[settings]{onHeaders(direction(d), func(HttpContext, settings) types.Action {
					if c.calls {
						call(t, c.callback)
					}
					return c.returned
				})}
				if c.reads {
					options = append(options, onBody(direction(d), func(HttpContext, settings, []byte) types.Action { return 0 }))
				}
				f := startFake(t, `{}`, options...)
				id := f.stream()
				got := f.vm.OnRequestHeaders(id, 4, !c.body)
				if d == int(response) {
					got = f.vm.OnResponseHeaders(id, 2, !c.body)
				}
				if types.Action(got) != c.want {
					t.Errorf("the host is told %d, want %d", got, c.want)
				}
			})
		}
	}
}

// Calls that don't go through the wrapper's clients count as well.
func TestRawCallsCount(t *testing.T) {
	f := startFake(t, `{}`, ProcessRequestHeaders(func(HttpContext, settings) types.Action {
		if _, err := proxywasm.DispatchHttpCall("c", nil, nil, nil, 1, func(int, int, int) {}); err != nil {
			t.Error(err)
		}
		return types.ActionPause
	}), ProcessRequestBody(func(HttpContext, settings, []byte) types.Action { return 0 }))
	for _, end := range []bool{true, false} {
		if got := f.vm.OnRequestHeaders(f.stream(), 4, end); types.Action(got) != types.HeaderStopAllIterationAndWatermark {
			t.Errorf("end of stream %v: action %d", end, got)
		}
	}
}

func TestNoBodyIsSaidOnce(t *testing.T) {
	h := start(t, plugintest.Options{}, ProcessRequestHeaders(func(HttpContext, settings) types.Action { return types.HeaderStopIteration }),
		ProcessRequestBody(func(HttpContext, settings, []byte) types.Action { return types.ActionContinue }))
	for range 3 {
		if ex := h.Request(get); !ex.Upstream.Ended {
			t.Error("the request hangs")
		}
	}
	if lines := h.LogsAt(proxywasm.LogLevelWarn); len(lines) != 1 {
		t.Errorf("%d warnings: %q", len(lines), lines)
	}
}

// An old plugin: ActionPause while a call is outstanding, and a body handler.
// The body must not pass before the answer.
func TestActionPauseWaitsForTheAnswer(t *testing.T) {
	for _, allowed := range []bool{true, false} {
		h := start(t, plugintest.Options{}, ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			call(t, func(status int, _ http.Header, _ []byte) {
				if status != 200 {
					_ = proxywasm.SendHttpResponse(403, nil, nil, -1)
					return
				}
				_ = proxywasm.ResumeHttpRequest()
			})
			return types.ActionPause
		}), ProcessRequestBody(func(HttpContext, settings, []byte) types.Action { return types.ActionContinue }))
		ex := h.Request(post, chunks("secret")...)
		if ex.Upstream.Sent() {
			t.Fatal("the request passed before the answer")
		}
		h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
			if allowed {
				return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}}}
			}
			return plugintest.HTTPAnswer{}
		})
		if ex.Upstream.Ended != allowed || (ex.Reply != nil) == allowed {
			t.Errorf("allowed %v: upstream %+v, reply %+v", allowed, ex.Upstream, ex.Reply)
		}
	}
}

// HeaderStopIteration holds the headers until the body handler has changed them.
func TestHeadersChangedWithTheBody(t *testing.T) {
	h := start(t, plugintest.Options{},
		ProcessRequestHeaders(func(c HttpContext, _ settings) types.Action {
			if !c.HasRequestBody() {
				return types.HeaderContinue
			}
			return types.HeaderStopIteration
		}),
		ProcessRequestBody(func(_ HttpContext, _ settings, body []byte) types.Action {
			_ = proxywasm.AddHttpRequestHeader("x-late", string(body))
			return types.ActionContinue
		}))
	if got := h.Request(post, chunks("a", "b")...).Upstream.Headers.Get("x-late"); got != "ab" {
		t.Errorf("x-late is %q", got)
	}
	if ex := h.Request(get); !ex.Upstream.Ended {
		t.Error("a request without a body hangs")
	}
}

func TestPanics(t *testing.T) {
	boom := func(HttpContext, settings) types.Action { panic("boom") }
	h := start(t, plugintest.Options{}, ProcessRequestHeaders(boom))
	if ex := h.Request(get); ex.Reply == nil || ex.Reply.Status != 500 || ex.Upstream.Sent() {
		t.Errorf("fail closed: reply %+v", ex.Reply)
	}
	h = start(t, plugintest.Options{}, ProcessRequestHeaders(boom), WithFailOpen[settings]())
	if ex := h.Request(get); ex.Reply != nil || !ex.Upstream.Ended {
		t.Errorf("fail open: reply %+v", ex.Reply)
	}
}

func TestPanicInACallback(t *testing.T) {
	for _, open := range []bool{false, true} {
		options := []CtxOption[settings]{ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			call(t, func(int, http.Header, []byte) { panic("boom") })
			return types.HeaderStopAllIterationAndWatermark
		})}
		if open {
			options = append(options, WithFailOpen[settings]())
		}
		h := start(t, plugintest.Options{}, options...)
		h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer { return plugintest.HTTPAnswer{} })
		ex := h.Request(get)
		if (ex.Reply == nil) != open || ex.Upstream.Ended != open {
			t.Errorf("fail open %v: reply %+v, upstream ended %v", open, ex.Reply, ex.Upstream.Ended)
		}
	}
}

// A plugin that has answered and returns ActionPause holds back nothing that
// could hang: there is nothing to warn of, and nothing goes on.
func TestAnsweredAndPaused(t *testing.T) {
	reply := func(HttpContext, settings) types.Action {
		if err := proxywasm.SendHttpResponse(403, nil, nil, -1); err != nil {
			t.Error(err)
		}
		return types.ActionPause
	}
	for name, option := range map[string]CtxOption[settings]{
		"request": ProcessRequestHeaders(reply), "response": ProcessResponseHeaders(reply),
	} {
		f := startFake(t, `{}`, option)
		id := f.stream()
		got := f.vm.OnRequestHeaders(id, 4, true)
		if name == "response" {
			got = f.vm.OnResponseHeaders(id, 2, true)
		}
		if types.Action(got) != types.HeaderStopAllIterationAndWatermark || f.calls["log"] != 0 {
			t.Errorf("%s: the host is told %d, %d lines are logged", name, got, f.calls["log"])
		}
	}
}

// A callback that neither resumes nor answers its stream, nor sends another
// call, leaves nothing that ever would: the client gets an answer at once.
func TestLostResume(t *testing.T) {
	forget := func(HttpContext, settings) types.Action {
		call(t, func(int, [][2]string, []byte) {})
		return types.ActionPause
	}
	hold := func(HttpContext, settings) types.Action { return types.HeaderStopIteration }
	holdAll := func(HttpContext, settings) types.Action { return types.HeaderStopAllIterationAndWatermark }
	forgetBody := func(c HttpContext, s settings, _ []byte) types.Action { return forget(c, s) }
	ticks := ParseConfig(func(gjson.Result, *settings) error { RegisterTickFunc(0, func() {}); return nil })
	for name, c := range map[string]struct {
		options []CtxOption[settings]
		answer  bool
		resumed int
	}{
		"request headers":  {options: []CtxOption[settings]{ProcessRequestHeaders(forget)}, answer: true},
		"request body":     {options: []CtxOption[settings]{ProcessRequestHeaders(hold), ProcessRequestBody(forgetBody)}, answer: true},
		"response headers": {options: []CtxOption[settings]{ProcessResponseHeaders(forget)}, answer: true},
		"response body":    {options: []CtxOption[settings]{ProcessResponseBody(forgetBody)}, answer: true},
		"fail open":        {options: []CtxOption[settings]{ProcessRequestHeaders(forget), WithFailOpen[settings]()}, resumed: 1},
		"ticks":            {options: []CtxOption[settings]{ProcessRequestHeaders(forget), ticks}, answer: true},
		"a tick will do it": {options: []CtxOption[settings]{ProcessRequestHeaders(func(c HttpContext, s settings) types.Action {
			_ = proxywasm.ResumedElsewhere()
			return forget(c, s)
		}), ticks}},
		"no call, all held":      {options: []CtxOption[settings]{ProcessRequestHeaders(holdAll)}, answer: true},
		"no call, response held": {options: []CtxOption[settings]{ProcessResponseHeaders(holdAll)}, answer: true},
		"no call, body not read": {options: []CtxOption[settings]{ProcessRequestHeaders(hold)}, answer: true},
		"no call, body held": {options: []CtxOption[settings]{ProcessRequestBody(
			func(HttpContext, settings, []byte) types.Action { return types.ActionPause })}, answer: true},
		"no call, fail open": {options: []CtxOption[settings]{ProcessRequestHeaders(holdAll), WithFailOpen[settings]()}},
		"another call": {options: []CtxOption[settings]{ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			call(t, func(int, [][2]string, []byte) { call(t, func(int, [][2]string, []byte) { t.Error("answered") }) })
			return types.ActionPause
		})}},
		"a call beside it": {options: []CtxOption[settings]{ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			call(t, func(int, [][2]string, []byte) {})
			return types.ActionContinue
		})}},
		"resumed": {options: []CtxOption[settings]{ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			call(t, func(int, [][2]string, []byte) { _ = proxywasm.ResumeHttpRequest() })
			return types.ActionPause
		})}, resumed: 1},
		"held back for injected data": {options: []CtxOption[settings]{ProcessStreamingResponseBody(
			func(c HttpContext, _ settings, b []byte, _ bool) []byte {
				c.NeedPauseStreamingResponse()
				call(t, func(int, [][2]string, []byte) {})
				return nil
			})}, answer: true},
	} {
		t.Run(name, func(t *testing.T) {
			f := startFake(t, `{}`, c.options...)
			f.body = []byte("body")
			id := f.stream()
			if f.vm.OnRequestHeaders(id, 4, false) <= 1 {
				if f.vm.OnRequestBody(id, 4, true) == 0 && f.vm.OnResponseHeaders(id, 2, false) == 0 {
					f.vm.OnResponseBody(id, 4, true)
				}
			}
			f.vm.OnHTTPCallResponse(1, 1, 0, 0, 0)
			if got := f.calls["local_response"]; got != map[bool]int{true: 1}[c.answer] {
				t.Errorf("%d answers", got)
			}
			if got := f.calls["continue_stream"]; got != c.resumed {
				t.Errorf("resumed %d times, want %d", got, c.resumed)
			}
		})
	}
}
