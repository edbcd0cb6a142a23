package filter

import (
	"errors"
	"testing"

	"github.com/sluiceproxy/sluice/host"
)

func TestResponseStatuses(t *testing.T) {
	tooBig := func(x exchange) { x.respondWith("0123456789") }
	for _, c := range []struct {
		name string
		a    fake
		send func(x exchange)
		want string
	}{
		{"continue", fake{}, func(x exchange) { x.respondWith("hello") },
			"b.rh1; a.rh1; down.h200; b.rd5; a.rd5; down.d(hello); b.rd0$; a.rd0$; down.d()$"},
		{"no body", fake{}, func(x exchange) { x.respondWith() }, "b.rh1$; a.rh1$; down.h200$"},
		{"1: headers wait for data", fake{resHeaders: always(1)}, func(x exchange) { x.respondWith("hello") },
			"b.rh1; a.rh1; b.rd5; a.rd5; down.h200; down.d(hello); b.rd0$; a.rd0$; down.d()$"},
		{"2 is 0 on Envoy", fake{resHeaders: always(2)}, func(x exchange) { x.respondWith("hi") },
			"b.rh1; a.rh1; down.h200; b.rd2; a.rd2; down.d(hi); b.rd0$; a.rd0$; down.d()$"},
		{"3 above the limit", fake{resHeaders: always(3)}, tooBig,
			"b.rh1; a.rh1; b.rd10; local(response_payload_too_large); down.h500; down.d(Internal Server Error)$"},
		{"4 above the limit waits", fake{resHeaders: always(4)}, tooBig,
			"b.rh1; a.rh1; b.rd10; pause1=true; b.rd0$"},
		{"data 1 above the limit, headers held", fake{resHeaders: always(1), resBody: always(1)}, tooBig,
			"b.rh1; a.rh1; b.rd10; a.rd10; local(response_payload_too_large); down.h500; down.d(Internal Server Error)$"},
		{"data 1 above the limit, headers out", fake{resBody: always(1)}, tooBig,
			"b.rh1; a.rh1; down.h200; b.rd10; a.rd10; reset(response_payload_too_large)"},
		{"data 1 to the end", fake{resBody: untilEnd(1)}, func(x exchange) { x.respondWith("he", "llo") },
			"b.rh1; a.rh1; down.h200; b.rd2; a.rd2; b.rd3; a.rd5; b.rd0$; a.rd5$; down.d(hello)$"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newExchange(8, &c.a, &fake{})
			x.get()
			x.j.lines = nil
			c.send(x)
			if got := x.j.String(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// replyIn answers with a reply in a callback, and then with a.
func replyIn(status int, a host.Action) func(*fake, int, bool) host.Action {
	return func(p *fake, _ int, _ bool) host.Action {
		p.s.SendLocalReply(reply(status, "no"))
		return a
	}
}

func TestLocalReply(t *testing.T) {
	twice := func(p *fake, _ int, _ bool) host.Action {
		p.s.SendLocalReply(reply(403, "first"))
		p.s.SendLocalReply(reply(404, "second"))
		p.s.Continue(host.DirectionRequest)
		return 0
	}
	for _, c := range []struct {
		name string
		a, b fake
		want string
	}{
		{"in request headers of the first", fake{reqHeaders: replyIn(403, 0)}, fake{},
			"a.qh4; local(det); a.rh3; down.h403; a.rd2$; down.d(no)$"},
		{"in request headers of the last", fake{}, fake{reqHeaders: replyIn(403, 4)},
			"a.qh4; b.qh4; local(det); b.rh3; a.rh3; down.h403; b.rd2$; a.rd2$; down.d(no)$"},
		{"in request data", fake{reqBody: replyIn(403, 1)}, fake{},
			"a.qh4; b.qh4; up.h; a.qd2; local(det); b.rh3; a.rh3; down.h403; b.rd2$; a.rd2$; down.d(no)$"},
		{"twice, then resumed", fake{reqHeaders: twice}, fake{},
			"a.qh4; local(det); a.rh3; down.h403; a.rd5$; down.d(first)$"},
		{"in response headers", fake{}, fake{resHeaders: replyIn(403, 4)},
			"a.qh4; b.qh4; up.h; a.qd2; b.qd2; up.d(hi); a.qd0$; b.qd0$; up.d()$; b.rh1; local(det); down.h403; down.d(no)$"},
		{"in response data, headers held", fake{resHeaders: always(1), resBody: replyIn(403, 1)}, fake{},
			"a.qh4; b.qh4; up.h; a.qd2; b.qd2; up.d(hi); a.qd0$; b.qd0$; up.d()$; b.rh1; a.rh1; b.rd2; a.rd2; local(det); down.h403; down.d(no)$"},
		{"in response data, headers out", fake{resBody: replyIn(403, 1)}, fake{},
			"a.qh4; b.qh4; up.h; a.qd2; b.qd2; up.d(hi); a.qd0$; b.qd0$; up.d()$; b.rh1; a.rh1; down.h200; b.rd2; a.rd2; reset(det)"},
		{"status that HTTP doesn't have", fake{reqHeaders: replyIn(99, 0)}, fake{},
			"a.qh4; local(invalid_local_reply_status); a.rh1$; down.h500$"},
		{"204 has no body", fake{reqHeaders: replyIn(204, 0)}, fake{}, "a.qh4; local(det); a.rh1$; down.h204$"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newExchange(0, &c.a, &c.b)
			x.post("hi")
			x.respondWith("yo")
			if got := x.j.String(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if !x.Ended() {
				t.Error("not ended")
			}
		})
	}
}

func TestLocalReplyOutsideCallbacks(t *testing.T) {
	a := &fake{reqHeaders: always(4)}
	x := newExchange(0, a, &fake{})
	x.get()
	a.s.SendLocalReply(reply(401, "who"))
	a.s.Continue(host.DirectionRequest)
	a.s.SendLocalReply(reply(500, "late"))
	want := "a.qh4$; local(det); a.rh3; down.h401; a.rd3$; down.d(who)$"
	if got := x.j.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !x.Local() || x.Details() != "det" {
		t.Errorf("local %v, details %q", x.Local(), x.Details())
	}
}

// A reply that a plugin holds back in the response goes out when it resumes,
// and what the upstream still sends doesn't count.
func TestHeldLocalReply(t *testing.T) {
	a := &fake{resHeaders: always(4)}
	b := &fake{reqBody: func(p *fake, _ int, end bool) host.Action {
		p.s.SendLocalReply(reply(403, "no"))
		return 1
	}}
	x := newExchange(0, a, b)
	x.post("hi")
	x.respondWith("up")
	x.j.lines = nil
	a.s.Continue(host.DirectionResponse)
	if got, want := x.j.String(), "down.h403; a.rd2$; down.d(no)$"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestHeadAndGRPCReplies(t *testing.T) {
	for _, c := range []struct {
		name, method, contentType string
		want                      string
		header, value             string
	}{
		{"HEAD keeps the length and drops the body", "HEAD", "", "down.h403$", "content-length", "2"},
		{"gRPC gets headers only", "POST", "application/grpc", "down.h200$", "grpc-status", "7"},
		{"gRPC message", "POST", "application/grpc+proto", "down.h200$", "grpc-message", "no"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var h *host.HeaderMap
			a := &fake{reqHeaders: replyIn(403, 4), resHeaders: func(p *fake, _ int, _ bool) host.Action {
				h = p.s.Headers(host.MapResponseHeaders)
				return 0
			}}
			x := newExchange(0, a)
			q := requestHeaders(c.method)
			if c.contentType != "" {
				q.Set("content-type", c.contentType)
			}
			x.OnRequestHeaders(q, true)
			if got := x.j.lines[len(x.j.lines)-1]; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if v, _ := h.Get(c.header); v != c.value {
				t.Errorf("%s: got %q, want %q", c.header, v, c.value)
			}
		})
	}
}

func TestGRPCMessageIsEncoded(t *testing.T) {
	if got, want := percentEncode("a b%\n\u00e9"), "a b%25%0A%C3%A9"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for status, want := range map[int]int{400: 13, 401: 16, 403: 7, 404: 12, 429: 14, 503: 14, 500: 2} {
		if got := GRPCStatus(status); got != want {
			t.Errorf("%d: got %d, want %d", status, got, want)
		}
	}
}

func TestTrap(t *testing.T) {
	boom := errors.New("unreachable executed")
	t.Run("in request headers", func(t *testing.T) {
		x := newExchange(0, &fake{}, &fake{trap: boom})
		x.get()
		if got, want := x.j.String(), "a.qh4$; b.qh4$; local(wasm_fail_stream); a.rh1$; down.h503$"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
	t.Run("in response data, headers out", func(t *testing.T) {
		a := &fake{resBody: func(p *fake, _ int, _ bool) host.Action { return 0 }}
		x := newExchange(0, a)
		x.get()
		x.OnResponseHeaders(responseHeaders("200"), false)
		a.trap = boom
		x.OnResponseData([]byte("x"), true)
		if got, want := x.j.String(), "a.qh4$; up.h$; a.rh1; down.h200; a.rd1$; reset(wasm_fail_stream)"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	})
	for _, failOpen := range []bool{false, true} {
		j := &journal{}
		a, b := &fake{j: j, name: "a"}, &fake{j: j, name: "b"}
		pa := a.plugin()
		pa.Err, pa.FailOpen = func() error { return boom }, failOpen
		x := exchange{j: j, Stream: New(Options{Plugins: []Plugin{pa, b.plugin()}, Sink: sink{j}})}
		x.get()
		x.OnResponseHeaders(responseHeaders("200"), true)
		x.Close()
		want := "local(wasm_fail_stream); down.h503$; a.done; b.done"
		if failOpen {
			want = "b.qh4$; up.h$; b.rh1$; down.h200$; a.done; b.done"
		}
		if got := j.String(); got != want {
			t.Errorf("dead VM, fail open %v: got  %s\nwant %s", failOpen, got, want)
		}
	}
}

func TestStatusRemoved(t *testing.T) {
	a := &fake{resHeaders: func(p *fake, _ int, _ bool) host.Action {
		p.s.Headers(host.MapResponseHeaders).Remove(":status")
		return 0
	}}
	x := newExchange(0, a)
	x.get()
	x.respondWith("hi")
	want := "a.qh4$; up.h$; a.rh1; local(filter_removed_required_response_headers{missing_required_header:_:status}); " +
		"down.h502; down.d(missing required header: :status)$"
	if got := x.j.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestCloseOnce(t *testing.T) {
	a := &fake{reqHeaders: always(4)}
	x := newExchange(0, a, &fake{})
	x.get()
	x.Close()
	x.Close()
	// What comes after the client has gone changes nothing.
	a.s.Continue(host.DirectionRequest)
	a.s.SendLocalReply(reply(403, "no"))
	a.s.Close(host.DirectionRequest)
	x.respondWith("hi")
	if got, want := x.j.String(), "a.qh4$; a.done; b.done"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPluginCloses(t *testing.T) {
	a := &fake{reqHeaders: func(p *fake, _ int, _ bool) host.Action {
		p.s.Close(host.DirectionRequest)
		return 0
	}}
	x := newExchange(0, a, &fake{})
	x.get()
	if got, want := x.j.String(), "a.qh4$; reset(wasm_close_stream)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestReplaceBody(t *testing.T) {
	splice := func(b host.BufferType, start, n int, data string) func(*fake, int, bool) host.Action {
		return func(p *fake, _ int, end bool) host.Action {
			if !end {
				return host.DataStopAndBuffer
			}
			p.s.Buffer(b).Splice(start, n, []byte(data))
			return 0
		}
	}
	a := &fake{reqBody: splice(host.BufferRequestBody, 0, 1<<30, "REPL"), resBody: splice(host.BufferResponseBody, 5, 0, "TAIL")}
	x := newExchange(0, a)
	x.post("hel", "lo")
	x.respondWith("he", "llo")
	want := "a.qh4; up.h; a.qd3; a.qd5; a.qd5$; up.d(REPL)$; a.rh1; down.h200; a.rd2; a.rd5; a.rd5$; down.d(helloTAIL)$"
	if got := x.j.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestInject(t *testing.T) {
	a := &fake{resBody: func(p *fake, _ int, end bool) host.Action {
		if !end {
			p.s.InjectEncodedData([]byte("<"), false)
			return host.DataStopNoBuffer
		}
		return host.DataStopNoBuffer
	}}
	x := newExchange(0, a)
	x.get()
	x.respondWith("hello")
	a.s.InjectEncodedData([]byte(">"), true)
	want := "a.qh4$; up.h$; a.rh1; down.h200; a.rd5; down.d(<); a.rd0$; down.d(>)$"
	if got := x.j.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestProperties(t *testing.T) {
	a, b := &fake{}, &fake{}
	x := newExchange(0, a, b)
	x.get()
	if !a.s.SetProperty([]string{"x", "y"}, []byte("v")) {
		t.Fatal("not set")
	}
	if v, ok := b.s.Property([]string{"x", "y"}); !ok || string(v) != "v" {
		t.Errorf("got %q, %v", v, ok)
	}
	if _, ok := b.s.Property([]string{"x"}); ok {
		t.Error("a part of a path is found")
	}
}
