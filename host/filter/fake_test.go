package filter

import (
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/host"
)

// journal is what happened in an exchange, in order: callbacks of the plugins
// and what came out at the sink.
type journal struct{ lines []string }

func (j *journal) add(format string, a ...any) {
	j.lines = append(j.lines, fmt.Sprintf(format, a...))
}

func (j *journal) String() string { return strings.Join(j.lines, "; ") }

// fake is a plugin whose callbacks are functions; those that are nil continue.
type fake struct {
	j    *journal
	name string
	s    host.HTTPStream

	reqHeaders, resHeaders   func(p *fake, n int, end bool) host.Action
	reqBody, resBody         func(p *fake, n int, end bool) host.Action
	reqTrailers, resTrailers func(p *fake, n int) host.Action
	done                     func(p *fake)
	trap                     error // what every callback returns
}

func (f *fake) plugin() Plugin {
	return Plugin{Name: f.name, New: func(s host.HTTPStream) Callbacks { f.s = s; return f }}
}

func (f *fake) run(what string, g func(*fake, int, bool) host.Action, n int, end bool) (host.Action, error) {
	mark := ""
	if end {
		mark = "$"
	}
	f.j.add("%s.%s%d%s", f.name, what, n, mark)
	if f.trap != nil {
		return 0, f.trap
	}
	if g == nil {
		return 0, nil
	}
	return g(f, n, end), nil
}

func (f *fake) OnRequestHeaders(n int, end bool) (host.Action, error) {
	return f.run("qh", f.reqHeaders, n, end)
}
func (f *fake) OnRequestBody(n int, end bool) (host.Action, error) {
	return f.run("qd", f.reqBody, n, end)
}
func (f *fake) OnRequestTrailers(n int) (host.Action, error) {
	return f.run("qt", plain(f.reqTrailers), n, false)
}
func (f *fake) OnResponseHeaders(n int, end bool) (host.Action, error) {
	return f.run("rh", f.resHeaders, n, end)
}
func (f *fake) OnResponseBody(n int, end bool) (host.Action, error) {
	return f.run("rd", f.resBody, n, end)
}
func (f *fake) OnResponseTrailers(n int) (host.Action, error) {
	return f.run("rt", plain(f.resTrailers), n, false)
}
func (f *fake) Done() {
	f.j.add("%s.done", f.name)
	if f.done != nil {
		f.done(f)
	}
}

func plain(g func(*fake, int) host.Action) func(*fake, int, bool) host.Action {
	if g == nil {
		return nil
	}
	return func(p *fake, n int, _ bool) host.Action { return g(p, n) }
}

// always answers the same in a headers or body callback.
func always(a host.Action) func(*fake, int, bool) host.Action {
	return func(*fake, int, bool) host.Action { return a }
}

// untilEnd answers a until the end, then Continue.
func untilEnd(a host.Action) func(*fake, int, bool) host.Action {
	return func(_ *fake, _ int, end bool) host.Action {
		if end {
			return host.DataContinue
		}
		return a
	}
}

// sink writes what comes out into the journal.
type sink struct{ j *journal }

func mark(end bool) string {
	if end {
		return "$"
	}
	return ""
}

func (s sink) RequestHeaders(h *host.HeaderMap, end bool) {
	late := ""
	if v, ok := h.Get("x-late"); ok {
		late = "+" + v
	}
	s.j.add("up.h%s%s", late, mark(end))
}
func (s sink) RequestData(b []byte, end bool)        { s.j.add("up.d(%s)%s", b, mark(end)) }
func (s sink) RequestTrailers(h *host.HeaderMap)     { s.j.add("up.t%d", h.Len()) }
func (s sink) ResponseData(b []byte, end bool)       { s.j.add("down.d(%s)%s", b, mark(end)) }
func (s sink) ResponseTrailers(h *host.HeaderMap)    { s.j.add("down.t%d", h.Len()) }
func (s sink) LocalReply(r host.LocalReply)          { s.j.add("local(%s)", r.Details) }
func (s sink) Reset(details string)                  { s.j.add("reset(%s)", details) }
func (s sink) PauseReading(d host.Direction, p bool) { s.j.add("pause%d=%v", d, p) }
func (s sink) ResponseHeaders(h *host.HeaderMap, end bool) {
	v, _ := h.Get(":status")
	s.j.add("down.h%s%s", v, mark(end))
}

// exchange is a stream under test.
type exchange struct {
	*Stream
	j *journal
}

// newExchange makes a stream through the given plugins, named a, b, c….
func newExchange(limit int, plugins ...*fake) exchange {
	j := &journal{}
	var chain []Plugin
	for i, f := range plugins {
		f.j, f.name = j, string(rune('a'+i))
		chain = append(chain, f.plugin())
	}
	return exchange{j: j, Stream: New(Options{Plugins: chain, Sink: sink{j}, BufferLimit: limit,
		Warn: func(string, string) {}})}
}

func requestHeaders(method string) *host.HeaderMap {
	return host.HeaderMapOf(host.MapRequestHeaders, [2]string{":authority", "h"}, [2]string{":path", "/p"},
		[2]string{":method", method}, [2]string{":scheme", "http"})
}

func responseHeaders(status string) *host.HeaderMap {
	return host.HeaderMapOf(host.MapResponseHeaders, [2]string{":status", status})
}

// get feeds a request without a body, post one with the given chunks as an
// HTTP/1.1 server does: the end comes by itself.
func (x exchange) get() { x.OnRequestHeaders(requestHeaders("GET"), true) }

func (x exchange) post(chunks ...string) {
	x.OnRequestHeaders(requestHeaders("POST"), false)
	for _, c := range chunks {
		x.OnRequestData([]byte(c), false)
	}
	x.OnRequestData(nil, true)
}

func (x exchange) respondWith(chunks ...string) {
	x.OnResponseHeaders(responseHeaders("200"), len(chunks) == 0)
	for _, c := range chunks {
		x.OnResponseData([]byte(c), false)
	}
	if len(chunks) > 0 {
		x.OnResponseData(nil, true)
	}
}

func reply(status int, body string) host.LocalReply {
	return host.LocalReply{Status: status, Details: "det", Body: []byte(body), GRPCStatus: -1}
}
