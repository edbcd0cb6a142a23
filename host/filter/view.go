package filter

import (
	"context"
	"strings"

	"github.com/sluiceproxy/sluice/host"
)

// pluginStream is one plugin's place in a stream; it is what the plugin's host
// calls work on.
type pluginStream struct {
	s        *Stream
	name     string
	c        Callbacks
	err      func() error
	failOpen bool
	created  bool // the request got to this plugin
	bypass   bool // the VM is gone and the plugin fails open
	failed   bool // the VM is gone and the client got its 503
	halves   [2]half
}

var (
	_ host.HTTPStream    = (*pluginStream)(nil)
	_ host.TrailerAdder  = (*pluginStream)(nil)
	_ host.ContextHolder = (*pluginStream)(nil)
)

// Context implements host.ContextHolder.
func (p *pluginStream) Context() context.Context { return p.s.o.Context }

// Headers implements host.HTTPStream: a map is there from its callback on, and
// goes away once that callback has answered Continue or the stream was resumed.
func (p *pluginStream) Headers(t host.MapType) *host.HeaderMap {
	s := p.s
	if s.logging {
		return s.logged(t)
	}
	if s.closed {
		return nil
	}
	req, res := &p.halves[0], &p.halves[1]
	switch {
	case t == host.MapRequestHeaders && req.seesHeaders:
		return s.req.headers
	case t == host.MapResponseHeaders && res.seesHeaders:
		return s.res.headers
	case t == host.MapRequestTrailers:
		return req.trailers()
	case t == host.MapResponseTrailers:
		return res.trailers()
	}
	return nil
}

// AddTrailers implements host.TrailerAdder: the map that Headers shows while the
// last body callback runs is sent behind the body if something was added to it.
func (p *pluginStream) AddTrailers(t host.MapType) *host.HeaderMap { return p.Headers(t) }

// trailers are those that came in, or an empty map to which the plugin can add
// some while the last body callback runs.
func (h *half) trailers() *host.HeaderMap {
	switch {
	case h.seesTrailers:
		return h.pipe.trailers
	case h.running && h.pipe.trailers == nil:
		return h.added
	}
	return nil
}

func (s *Stream) logged(t host.MapType) *host.HeaderMap {
	switch t {
	case host.MapRequestHeaders:
		return s.req.headers
	case host.MapResponseHeaders:
		return s.res.headers
	case host.MapResponseTrailers:
		return s.res.trailers
	}
	return nil
}

// Buffer implements host.HTTPStream.
func (p *pluginStream) Buffer(t host.BufferType) *host.Buffer {
	switch {
	case p.s.closed:
		return nil
	case t == host.BufferRequestBody:
		return p.halves[0].body()
	case t == host.BufferResponseBody:
		return p.halves[1].body()
	}
	return nil
}

// Continue implements host.HTTPStream. A direction that this plugin does not
// hold back stays as it is.
func (p *pluginStream) Continue(d host.Direction) {
	if p.s.closed || d > host.DirectionResponse {
		return
	}
	req, h := &p.halves[0], &p.halves[d]
	req.seesHeaders, req.seesTrailers = false, false
	if !req.running {
		req.chunk = nil
	}
	if h.running {
		h.resumeAfter = true
		return
	}
	if h.state == iterating && !p.s.responded {
		p.s.warn(p.name, "resumed a direction that it does not hold back")
	}
	h.pipe.resume(h)
}

// Close implements host.HTTPStream.
func (p *pluginStream) Close(host.Direction) {
	p.s.abortCallbacks()
	p.s.resetStream("wasm_close_stream")
}

// SendLocalReply implements host.HTTPStream.
func (p *pluginStream) SendLocalReply(r host.LocalReply) {
	r.Details = strings.Join(strings.Fields(r.Details), "_")
	p.s.localReply(r)
}

// Property implements host.HTTPStream.
func (p *pluginStream) Property(path []string) ([]byte, bool) {
	if p.s.o.Info != nil {
		if v, ok := p.s.o.Info.Property(p.asker(), path); ok {
			return v, true
		}
	}
	v, ok := p.s.state[stateKey(path)]
	return v, ok
}

func (p *pluginStream) asker() Asker {
	return Asker{Plugin: p.name, RequestHeaders: p.Headers(host.MapRequestHeaders),
		ResponseHeaders:  p.Headers(host.MapResponseHeaders),
		ResponseTrailers: p.Headers(host.MapResponseTrailers)}
}

// SetProperty implements host.HTTPStream: what one plugin sets, all can read
// for as long as the exchange lasts.
func (p *pluginStream) SetProperty(path []string, value []byte) bool {
	if p.s.state == nil {
		p.s.state = make(map[string][]byte)
	}
	p.s.state[stateKey(path)] = append([]byte(nil), value...)
	return true
}

func stateKey(path []string) string { return strings.Join(path, "\x00") }

// InjectEncodedData implements host.HTTPStream. It is refused before the response
// headers callback has returned: the headers come first.
func (p *pluginStream) InjectEncodedData(body []byte, endStream bool) host.Status {
	h := &p.halves[1]
	if p.s.closed || !h.started || h.ended {
		return host.StatusBadArgument
	}
	h.ended = endStream
	in := injectedData{body: append([]byte(nil), body...), end: endStream}
	if h.running {
		h.injected = append(h.injected, in)
	} else {
		p.s.res.inject(h, in)
	}
	return host.StatusOK
}

// ClearRouteCache implements host.RouteCacheClearer.
func (p *pluginStream) ClearRouteCache() {
	if c, ok := p.s.o.Sink.(host.RouteCacheClearer); ok && !p.s.closed {
		c.ClearRouteCache()
	}
}
