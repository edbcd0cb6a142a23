package filter

import (
	"errors"
	"testing"

	"github.com/sluiceproxy/sluice/host"
)

// script hands out decisions byte by byte.
type script struct{ data []byte }

func (s *script) next(n int) int {
	if len(s.data) == 0 {
		return 0
	}
	b := s.data[0]
	s.data = s.data[1:]
	return int(b) % n
}

// strictSink fails the test when messages come out that no peer could read.
type strictSink struct {
	t         *testing.T
	up, down  side
	paused    [2]bool
	forgotten bool // the client is gone
}

type side struct{ headers, end, reset bool }

func (s *strictSink) headers(d *side, name string, end bool) {
	if d.headers || d.reset || s.forgotten {
		s.t.Errorf("%s: headers after %+v", name, *d)
	}
	d.headers, d.end = true, end
}

func (s *strictSink) data(d *side, name string, end bool) {
	if !d.headers || d.end || d.reset || s.forgotten {
		s.t.Errorf("%s: data after %+v", name, *d)
	}
	d.end = end
}

func (s *strictSink) RequestHeaders(_ *host.HeaderMap, end bool) { s.headers(&s.up, "request", end) }
func (s *strictSink) RequestData(_ []byte, end bool)             { s.data(&s.up, "request", end) }
func (s *strictSink) RequestTrailers(*host.HeaderMap)            { s.data(&s.up, "request", true) }
func (s *strictSink) ResponseHeaders(_ *host.HeaderMap, end bool) {
	s.headers(&s.down, "response", end)
}
func (s *strictSink) ResponseData(_ []byte, end bool)  { s.data(&s.down, "response", end) }
func (s *strictSink) ResponseTrailers(*host.HeaderMap) { s.data(&s.down, "response", true) }
func (s *strictSink) LocalReply(host.LocalReply)       {}
func (s *strictSink) Reset(string) {
	if s.down.end || s.down.reset || s.forgotten {
		s.t.Errorf("reset after %+v", s.down)
	}
	s.down.reset = true
}
func (s *strictSink) PauseReading(d host.Direction, p bool) {
	if s.paused[d] == p {
		s.t.Errorf("pause %d is %v already", d, p)
	}
	s.paused[d] = p
}

// wild is a plugin that does what the script says.
type wild struct {
	t    *testing.T
	b    *script
	s    host.HTTPStream
	busy bool
	done int
}

var errWild = errors.New("trap")

func (w *wild) act(n int) (host.Action, error) {
	if w.busy {
		w.t.Error("called inside its own callback")
	}
	if w.done > 0 {
		w.t.Error("called after its end")
	}
	w.busy = true
	after := func() {} // what the host does after the guest's callback
	switch w.b.next(16) {
	case 1:
		after = func() { w.s.Continue(host.DirectionRequest) }
	case 2:
		after = func() { w.s.Continue(host.DirectionResponse) }
	case 3:
		after = func() { w.s.SendLocalReply(reply(403, "no")) }
	case 4:
		after = func() { w.s.Close(host.DirectionRequest) }
	case 5:
		w.s.InjectEncodedData([]byte("inj"), w.b.next(2) == 1)
	case 6:
		w.busy = false
		return 0, errWild
	case 7:
		if b := w.s.Buffer(host.BufferRequestBody); b != nil {
			b.Splice(0, 1<<30, []byte("replaced"))
		}
	case 8:
		if h := w.s.Headers(host.MapResponseTrailers); h != nil {
			h.Set("x-t", "1")
		}
	}
	action := host.Action(w.b.next(n))
	w.busy = false
	after()
	return action, nil
}

func (w *wild) OnRequestHeaders(int, bool) (host.Action, error)  { return w.act(6) }
func (w *wild) OnRequestBody(int, bool) (host.Action, error)     { return w.act(5) }
func (w *wild) OnRequestTrailers(int) (host.Action, error)       { return w.act(2) }
func (w *wild) OnResponseHeaders(int, bool) (host.Action, error) { return w.act(6) }
func (w *wild) OnResponseBody(int, bool) (host.Action, error)    { return w.act(5) }
func (w *wild) OnResponseTrailers(int) (host.Action, error)      { return w.act(2) }
func (w *wild) Done()                                            { w.done++ }

// FuzzStream drives a stream and its plugins with arbitrary decisions: what comes
// out must be messages that a peer can read, and each plugin ends once.
func FuzzStream(f *testing.F) {
	for _, seed := range []string{"", "\x00\x01\x02\x03\x04\x05", "\x03\x03\x03\x03", "\x01\x04\x00\x00\x02\x01\x03\x02\x01\x00\x00\x01",
		"\x05\x00\x01\x05\x00\x03\x05\x01\x01\x08\x00\x01", "\x06\x06\x06\x06\x06",
		"000000000180", "1100100z0002", "000090020001", "1000100z1011"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b := &script{data}
		out := &strictSink{t: t}
		var plugins []*wild
		var chain []Plugin
		for range 1 + b.next(3) {
			w := &wild{t: t, b: b}
			plugins = append(plugins, w)
			chain = append(chain, Plugin{Name: "w", New: func(s host.HTTPStream) Callbacks { w.s = s; return w }})
		}
		s := New(Options{Plugins: chain, Sink: out, BufferLimit: 8, EndOnStatus2: b.next(2) == 1})
		s.OnRequestHeaders(requestHeaders("POST"), b.next(2) == 1)
		for len(b.data) > 0 {
			step(s, b, out, plugins[b.next(len(plugins))])
		}
		out.forgotten = true
		s.Close()
		s.Close()
		for _, w := range plugins {
			w.s.Continue(host.DirectionRequest)
			w.s.SendLocalReply(reply(500, "late"))
			if w.done != 1 {
				t.Errorf("ended %d times", w.done)
			}
		}
	})
}

// step is something that happens from outside.
func step(s *Stream, b *script, out *strictSink, w *wild) {
	end := b.next(3) == 2
	switch b.next(10) {
	case 0, 1:
		s.OnRequestData([]byte("request"), end)
	case 2:
		s.OnRequestTrailers(host.HeaderMapOf(host.MapRequestTrailers, [2]string{"t", "1"}))
	case 3:
		if out.up.headers { // an upstream answers what it was asked
			s.OnResponseHeaders(responseHeaders("200"), end)
		}
	case 4, 5:
		s.OnResponseData([]byte("response"), end)
	case 6:
		s.OnResponseTrailers(host.HeaderMapOf(host.MapResponseTrailers, [2]string{"t", "1"}))
	case 7:
		w.s.Continue(host.Direction(b.next(2)))
	case 8:
		w.s.SendLocalReply(reply(401, "later"))
	case 9:
		w.s.InjectEncodedData([]byte("inj"), end)
	}
}
