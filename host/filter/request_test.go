package filter

import (
	"testing"

	"github.com/sluiceproxy/sluice/host"
)

// late changes a header in a body callback, as plugins do that decide on the body.
func late(next func(*fake, int, bool) host.Action) func(*fake, int, bool) host.Action {
	return func(p *fake, n int, end bool) host.Action {
		if h := p.s.Headers(host.MapRequestHeaders); h != nil && end {
			h.Set("x-late", "1")
		}
		return next(p, n, end)
	}
}

// The statuses of request headers and data, as Envoy 1.40 was seen to treat them.
func TestRequestStatuses(t *testing.T) {
	cont, stop := host.HeadersContinue, host.HeadersStop
	for _, c := range []struct {
		name string
		a    fake
		send func(x exchange)
		want string
	}{
		{"continue", fake{}, func(x exchange) { x.post("hello") },
			"a.qh4; b.qh4; up.h; a.qd5; b.qd5; up.d(hello); a.qd0$; b.qd0$; up.d()$"},
		{"0, then the body is buffered to its end", fake{reqHeaders: always(cont), reqBody: late(untilEnd(host.DataStopAndBuffer))},
			func(x exchange) { x.post("he", "llo") },
			"a.qh4; b.qh4; up.h; a.qd2; a.qd5; a.qd5$; b.qd5$; up.d(hello)$"},
		{"1: headers go with the first data", fake{reqHeaders: always(stop)}, func(x exchange) { x.post("hello") },
			"a.qh4; a.qd5; b.qh4; up.h; b.qd5; up.d(hello); a.qd0$; b.qd0$; up.d()$"},
		{"1, buffered: headers can be changed at the end", fake{reqHeaders: always(stop), reqBody: late(untilEnd(host.DataStopAndBuffer))},
			func(x exchange) { x.post("he", "llo") },
			"a.qh4; a.qd2; a.qd5; a.qd5$; b.qh5; up.h+1; b.qd5$; up.d(hello)$"},
		{"1 without a body stays", fake{reqHeaders: always(stop)}, func(x exchange) { x.get() }, "a.qh4$"},
		{"2 is 0 on Envoy", fake{reqHeaders: always(host.HeadersContinueAndEnd)}, func(x exchange) { x.post("hello") },
			"a.qh4; b.qh4; up.h; a.qd5; b.qd5; up.d(hello); a.qd0$; b.qd0$; up.d()$"},
		{"3 holds everything", fake{reqHeaders: always(host.HeadersStopAllAndBuffer)}, func(x exchange) { x.post("hello") }, "a.qh4"},
		{"3 above the limit", fake{reqHeaders: always(host.HeadersStopAllAndBuffer)}, func(x exchange) { x.post("0123456789", "x") },
			"a.qh4; local(request_payload_too_large); a.rh3; down.h413; a.rd17$; down.d(Payload Too Large)$"},
		{"4 above the limit waits", fake{reqHeaders: always(host.HeadersStopAllAndWatermark)},
			func(x exchange) { x.post("0123456789", "x") }, "a.qh4; pause0=true"},
		{"unknown status holds", fake{reqHeaders: always(9)}, func(x exchange) { x.post("0123456789", "x") }, "a.qh4; pause0=true"},
		{"data 1 above the limit", fake{reqBody: always(host.DataStopAndBuffer)}, func(x exchange) { x.post("01234", "56789") },
			"a.qh4; b.qh4; up.h; a.qd5; local(request_payload_too_large); b.rh3; a.rh3; down.h413; b.rd17$; a.rd17$; down.d(Payload Too Large)$"},
		{"data 2 above the limit waits, chunk by chunk", fake{reqBody: untilEnd(host.DataStopAndWatermark)},
			func(x exchange) { x.post("01234", "56789") },
			"a.qh4; b.qh4; up.h; a.qd5; a.qd5; pause0=true; a.qd0$; b.qd10$; up.d(0123456789)$; pause0=false"},
		{"data 3 drops", fake{reqBody: untilEnd(host.DataStopNoBuffer)}, func(x exchange) { x.post("hello") },
			"a.qh4; b.qh4; up.h; a.qd5; a.qd0$; b.qd0$; up.d()$"},
		{"unknown data status drops", fake{reqBody: untilEnd(77)}, func(x exchange) { x.post("hello") },
			"a.qh4; b.qh4; up.h; a.qd5; a.qd0$; b.qd0$; up.d()$"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newExchange(8, &c.a, &fake{})
			c.send(x)
			if got := x.j.String(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestResumeLater(t *testing.T) {
	for _, c := range []struct {
		name string
		a    fake
		send func(x exchange)
		want string // after the resumption
	}{
		{"headers only", fake{reqHeaders: always(host.HeadersStop)}, exchange.get, "b.qh4$; up.h$"},
		{"stop all: body callbacks run after it", fake{reqHeaders: always(host.HeadersStopAllAndBuffer)},
			func(x exchange) { x.post("he", "llo") }, "b.qh4; up.h; a.qd5$; b.qd5$; up.d(hello)$"},
		{"stop all with an empty body", fake{reqHeaders: always(host.HeadersStopAllAndBuffer)},
			func(x exchange) { x.post() }, "b.qh4; up.h; a.qd0$; b.qd0$; up.d()$"},
		{"watermark: reading goes on", fake{reqHeaders: always(host.HeadersStopAllAndWatermark)},
			func(x exchange) { x.post("0123456789") }, "b.qh4; up.h; a.qd10$; b.qd10$; up.d(0123456789)$; pause0=false"},
		{"buffered data goes past the plugin", fake{reqBody: always(host.DataStopAndBuffer)},
			func(x exchange) { x.post("he", "llo") }, "b.qd5$; up.d(hello)$"},
		{"dropped data leaves the end", fake{reqBody: always(host.DataStopNoBuffer)},
			func(x exchange) { x.post("hello") }, "b.qd0$; up.d()$"},
		{"not held back", fake{}, func(x exchange) { x.post("hello") }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newExchange(8, &c.a, &fake{})
			c.send(x)
			x.j.lines = nil
			c.a.s.Continue(host.DirectionRequest)
			if got := x.j.String(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			x.j.lines = nil
			c.a.s.Continue(host.DirectionRequest)
			if got := x.j.String(); got != "" {
				t.Errorf("a second resumption did %s", got)
			}
		})
	}
}

// A chunk that comes after a resumption is a chunk by itself again.
func TestChunkAfterResumption(t *testing.T) {
	n := 0
	a := &fake{reqBody: func(*fake, int, bool) host.Action {
		if n++; n == 1 {
			return host.DataStopAndBuffer
		}
		return host.DataContinue
	}}
	x := newExchange(0, a)
	x.OnRequestHeaders(requestHeaders("POST"), false)
	x.OnRequestData([]byte("one"), false)
	a.s.Continue(host.DirectionRequest)
	x.OnRequestData([]byte("two"), true)
	want := "a.qh4; up.h; a.qd3; up.d(one); a.qd3$; up.d(two)$"
	if got := x.j.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Resuming inside the callback that holds back lets the exchange go on once;
// together with Continue it changes nothing. (Envoy sends the request twice.)
func TestResumeInsideCallback(t *testing.T) {
	for _, a := range []host.Action{host.HeadersContinue, host.HeadersStop, host.HeadersStopAllAndBuffer, host.HeadersStopAllAndWatermark} {
		f := &fake{reqHeaders: func(p *fake, _ int, _ bool) host.Action {
			p.s.Continue(host.DirectionRequest)
			return a
		}}
		x := newExchange(0, f, &fake{})
		x.post("hi")
		want := "a.qh4; b.qh4; up.h; a.qd2; b.qd2; up.d(hi); a.qd0$; b.qd0$; up.d()$"
		if got := x.j.String(); got != want {
			t.Errorf("status %d: got  %s\nwant %s", a, got, want)
		}
	}
}

func TestEndOnStatus2(t *testing.T) {
	j := &journal{}
	a, b := &fake{j: j, name: "a", reqHeaders: always(host.HeadersContinueAndEnd)}, &fake{j: j, name: "b"}
	x := exchange{j: j, Stream: New(Options{Plugins: []Plugin{a.plugin(), b.plugin()}, Sink: sink{j}, EndOnStatus2: true})}
	x.post("hello")
	if got, want := j.String(), "a.qh4; b.qh4$; up.h$"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRequestTrailers(t *testing.T) {
	trailers := func() *host.HeaderMap { return host.HeaderMapOf(host.MapRequestTrailers, [2]string{"t", "1"}) }
	for _, c := range []struct {
		name string
		a    fake
		then func(a *fake)
		want string
	}{
		{"continue", fake{}, nil, "a.qh4; b.qh4; up.h; a.qd2; b.qd2; up.d(hi); a.qt1; b.qt1; up.t1"},
		{"body held until the trailers", fake{reqHeaders: always(host.HeadersStop), reqBody: always(host.DataStopAndBuffer)}, nil,
			"a.qh4; a.qd2; a.qt1; b.qh4; up.h; b.qd2; up.d(hi); b.qt1; up.t1"},
		{"trailers held, then resumed", fake{reqTrailers: func(*fake, int) host.Action { return host.ActionStop }},
			func(a *fake) { a.s.Continue(host.DirectionRequest) },
			"a.qh4; b.qh4; up.h; a.qd2; b.qd2; up.d(hi); a.qt1; b.qt1; up.t1"},
		{"everything held, then resumed", fake{reqHeaders: always(host.HeadersStopAllAndBuffer)},
			func(a *fake) { a.s.Continue(host.DirectionRequest) },
			"a.qh4; b.qh4; up.h; a.qd2; b.qd2; up.d(hi); a.qt1; b.qt1; up.t1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newExchange(0, &c.a, &fake{})
			x.OnRequestHeaders(requestHeaders("POST"), false)
			x.OnRequestData([]byte("hi"), false)
			x.OnRequestTrailers(trailers())
			if c.then != nil {
				c.then(&c.a)
			}
			if got := x.j.String(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A plugin may add trailers while the last body callback runs.
func TestAddedTrailers(t *testing.T) {
	add := func(mt host.MapType) func(*fake, int, bool) host.Action {
		return func(p *fake, _ int, end bool) host.Action {
			if h := p.s.Headers(mt); h != nil {
				h.Set("x-sum", "1")
			} else if end {
				t.Error("no trailers at the end")
			}
			return 0
		}
	}
	a := &fake{reqBody: add(host.MapRequestTrailers), resBody: add(host.MapResponseTrailers)}
	x := newExchange(0, a, &fake{})
	x.post("hi")
	x.respondWith("yo")
	want := "a.qh4; b.qh4; up.h; a.qd2; b.qd2; up.d(hi); a.qd0$; b.qd0; up.d(); b.qt1; up.t1; " +
		"b.rh1; a.rh1; down.h200; b.rd2; a.rd2; down.d(yo); b.rd0$; a.rd0$; down.d(); down.t1"
	if got := x.j.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// What a plugin may see when: headers until it has let them go.
func TestVisibility(t *testing.T) {
	see := func(p *fake) string {
		s := ""
		for _, m := range []host.MapType{host.MapRequestHeaders, host.MapRequestTrailers, host.MapResponseHeaders, host.MapResponseTrailers} {
			if p.s.Headers(m) != nil {
				s += string(rune('0' + m))
			}
		}
		for _, b := range []host.BufferType{host.BufferRequestBody, host.BufferResponseBody} {
			if p.s.Buffer(b) != nil {
				s += string(rune('a' + b))
			}
		}
		return s
	}
	var seen []string
	note := func(a host.Action) func(*fake, int, bool) host.Action {
		return func(p *fake, _ int, _ bool) host.Action { seen = append(seen, see(p)); return a }
	}
	a := &fake{reqHeaders: note(0), reqBody: note(0), resHeaders: note(1), resBody: note(0),
		done: func(p *fake) { seen = append(seen, see(p)) }}
	x := newExchange(0, a)
	x.post("hi")
	x.respondWith("yo")
	x.Close()
	if see(a) != "" {
		t.Error("maps are there after the end")
	}
	want := []string{"0", "a", "1a", "2", "2b", "23b", "02"}
	if len(seen) != len(want) {
		t.Fatalf("got %q, want %q", seen, want)
	}
	for i := range want {
		if seen[i] != want[i] {
			t.Errorf("step %d: got %q, want %q", i, seen[i], want[i])
		}
	}
}
