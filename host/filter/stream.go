package filter

import (
	"strings"

	"github.com/sluiceproxy/sluice/host"
)

// Stream runs one exchange through a chain. All methods, and all that the
// plugins call back, run inside host.Worker.Do of one worker.
type Stream struct {
	o           Options
	plugins     []*pluginStream
	req, res    pipe
	head, grpc  bool
	local       bool // the chain answered by itself
	responded   bool // the end of the response has entered the chain
	headersSent bool // the response headers have left the chain
	ended       bool // the end of the response has left the chain, or it was reset
	closed      bool
	logging     bool // Done runs: all maps can be read
	prepared    *host.LocalReply
	details     string
	state       map[string][]byte // properties that plugins set
}

// New returns a Stream for one exchange.
func New(o Options) *Stream {
	s := &Stream{o: o}
	n := len(o.Plugins)
	s.req = pipe{s: s, dir: host.DirectionRequest, watermark: true, halves: make([]*half, n)}
	s.res = pipe{s: s, dir: host.DirectionResponse, watermark: true, halves: make([]*half, n)}
	s.plugins = make([]*pluginStream, n)
	all := make([]pluginStream, n)
	for i := range o.Plugins {
		p := &all[i]
		p.s, p.name, p.failOpen, p.err = s, o.Plugins[i].Name, o.Plugins[i].FailOpen, o.Plugins[i].Err
		p.halves[0] = half{p: p, pipe: &s.req, i: i}
		p.halves[1] = half{p: p, pipe: &s.res, i: n - 1 - i}
		s.plugins[i] = p
		s.req.halves[i], s.res.halves[n-1-i] = &p.halves[0], &p.halves[1]
		p.c = o.Plugins[i].New(p)
	}
	return s
}

// OnRequestHeaders feeds the request headers. The map belongs to the stream.
func (s *Stream) OnRequestHeaders(h *host.HeaderMap, endStream bool) {
	if s.closed {
		return
	}
	m, _ := h.Get(":method")
	s.head = m == "HEAD"
	ct, _ := h.Get("content-type")
	s.grpc = ct == "application/grpc" || strings.HasPrefix(ct, "application/grpc+")
	s.req.headers, s.req.complete = h, endStream
	s.req.passHeaders(nil, endStream)
}

// OnRequestData feeds a part of the request body. b is not kept beyond the
// call, except that it may be what Sink.RequestData gets.
func (s *Stream) OnRequestData(b []byte, endStream bool) { s.req.feed(b, endStream) }

// OnRequestTrailers feeds the request trailers, which end the request.
func (s *Stream) OnRequestTrailers(h *host.HeaderMap) { s.req.feedTrailers(h) }

// OnResponseHeaders feeds the upstream's response headers. Once the chain has
// answered by itself nothing that comes from the upstream counts.
func (s *Stream) OnResponseHeaders(h *host.HeaderMap, endStream bool) {
	if s.closed || s.local || s.res.headers != nil {
		return
	}
	s.details = "via_upstream"
	s.respond(h, endStream)
}

// OnResponseData feeds a part of the upstream's response body, as OnRequestData.
func (s *Stream) OnResponseData(b []byte, endStream bool) {
	if !s.local {
		s.responded = s.responded || endStream
		s.res.feed(b, endStream)
	}
}

// OnResponseTrailers feeds the upstream's trailers, which end the response.
func (s *Stream) OnResponseTrailers(h *host.HeaderMap) {
	if !s.local {
		s.responded = true
		s.res.feedTrailers(h)
	}
}

// respond starts a response through the chain.
func (s *Stream) respond(h *host.HeaderMap, end bool) {
	s.res.headers, s.res.complete = h, end
	s.responded = end
	s.res.passHeaders(nil, end)
}

func (p *pipe) feed(b []byte, end bool) {
	if p.s.closed || p.complete || p.headers == nil {
		return
	}
	p.complete = end
	p.chunk = *host.NewBuffer(b)
	p.passData(nil, &p.chunk, end)
}

func (p *pipe) feedTrailers(h *host.HeaderMap) {
	if p.s.closed || p.complete || p.headers == nil {
		return
	}
	p.complete, p.trailers = true, h
	p.passTrailers(nil)
}

// Details says how the response came about, in Envoy's words: "via_upstream",
// or the details of the local reply. It is empty while there is none.
func (s *Stream) Details() string { return s.details }

// Local reports that the chain answered by itself.
func (s *Stream) Local() bool { return s.local }

// Ended reports that the end of the response has left the chain, or that the
// exchange was reset: the data plane should call Close.
func (s *Stream) Ended() bool { return s.ended }

// Close ends the exchange, whether it was complete or the client has gone, and
// tells each plugin once. The sink gets nothing any more.
func (s *Stream) Close() {
	if s.closed {
		return
	}
	s.closed, s.logging = true, true
	for _, p := range s.plugins {
		p.c.Done()
	}
	s.logging = false
}

// end notes that the end of the response has left.
func (s *Stream) end(end bool) { s.ended = s.ended || end }

// resetStream breaks the exchange off.
func (s *Stream) resetStream(details string) {
	if s.closed || s.ended {
		return
	}
	s.ended = true
	if s.details == "" || s.details == "via_upstream" {
		s.details = details
	}
	s.o.Sink.Reset(details)
}

func (s *Stream) warn(plugin, msg string) {
	if s.o.Warn != nil {
		s.o.Warn(plugin, msg)
	}
}
