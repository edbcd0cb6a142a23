package bundle

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// alone returns what takes the callbacks of a stream that one plugin has to
// itself, to be followed by done; nil where there is no such stream.
func (g *guest) alone(s *stream) abi.Guest {
	if s == nil || s.root.chain {
		return nil
	}
	return g.use(s.root.entries[0])
}

// message takes a callback of a direction of a stream: one plugin's own goes to
// it, otherwise the flow is told.
func (g *guest) message(id uint32, dir abi.StreamType, own func(abi.Guest) uint32, flow func(s *stream)) uint32 {
	g.enter(id)
	s := g.stream(id)
	if s == nil {
		return 0
	}
	if front := g.alone(s); front != nil {
		defer g.done()
		return own(front)
	}
	if len(s.root.entries) == 0 {
		return s.refuse(dir)
	}
	s.running[dir] = true
	if dir == abi.StreamResponse && !s.responding {
		s.respond()
	}
	flow(s)
	g.settle()
	s.running[dir] = false
	return s.flows[dir].Verdict()
}

// refuse answers a stream that no plugin has looked at, once: it does not pass.
func (s *stream) refuse(dir abi.StreamType) (action uint32) {
	if s.answered[abi.StreamRequest] && dir == abi.StreamResponse {
		return 0 // the answer itself
	}
	if !s.over {
		s.over, s.answered[dir] = true, true
		abi.SendLocalResponse(500, "plugin_failed_in_new_context", []byte("internal server error\n"), nil, -1)
	}
	return 1
}

// respond notes that the response has begun. Where the host has never shown the
// request, as no plugin wants to see it, the response is for all.
func (s *stream) respond() {
	s.responding = true
	if s.flows[abi.StreamRequest].Began() || s.answered[abi.StreamRequest] {
		return
	}
	for i := range s.made {
		s.make(i)
	}
}

// OnRequestHeaders implements abi.Guest.
func (g *guest) OnRequestHeaders(id uint32, n int32, end bool) uint32 {
	return g.message(id, abi.StreamRequest,
		func(front abi.Guest) uint32 { return front.OnRequestHeaders(id, n, end) },
		func(s *stream) { s.headers[abi.StreamRequest] = n; s.flows[abi.StreamRequest].Headers(end) })
}

// OnRequestBody implements abi.Guest.
func (g *guest) OnRequestBody(id uint32, size int32, end bool) uint32 {
	return g.message(id, abi.StreamRequest,
		func(front abi.Guest) uint32 { return front.OnRequestBody(id, size, end) },
		func(s *stream) { s.flows[abi.StreamRequest].Body(int(max(size, 0)), end) })
}

// OnRequestTrailers implements abi.Guest.
func (g *guest) OnRequestTrailers(id uint32, n int32) uint32 {
	return g.message(id, abi.StreamRequest,
		func(front abi.Guest) uint32 { return front.OnRequestTrailers(id, n) },
		func(s *stream) { s.trailers[abi.StreamRequest] = n; s.flows[abi.StreamRequest].Trailers() })
}

// OnResponseHeaders implements abi.Guest.
func (g *guest) OnResponseHeaders(id uint32, n int32, end bool) uint32 {
	return g.message(id, abi.StreamResponse,
		func(front abi.Guest) uint32 { return front.OnResponseHeaders(id, n, end) },
		func(s *stream) { s.headers[abi.StreamResponse] = n; s.flows[abi.StreamResponse].Headers(end) })
}

// OnResponseBody implements abi.Guest.
func (g *guest) OnResponseBody(id uint32, size int32, end bool) uint32 {
	return g.message(id, abi.StreamResponse,
		func(front abi.Guest) uint32 { return front.OnResponseBody(id, size, end) },
		func(s *stream) { s.flows[abi.StreamResponse].Body(int(max(size, 0)), end) })
}

// OnResponseTrailers implements abi.Guest.
func (g *guest) OnResponseTrailers(id uint32, n int32) uint32 {
	return g.message(id, abi.StreamResponse,
		func(front abi.Guest) uint32 { return front.OnResponseTrailers(id, n) },
		func(s *stream) { s.trailers[abi.StreamResponse] = n; s.flows[abi.StreamResponse].Trailers() })
}

// OnLog implements abi.Guest. As with filters of their own, the end of a stream is
// told to all plugins, also to those that it never came to.
func (g *guest) OnLog(id uint32) {
	g.enter(id)
	s := g.stream(id)
	if s == nil {
		return
	}
	s.over = true
	for i, e := range s.root.entries {
		s.make(i)
		g.use(e).OnLog(id)
		g.done()
	}
	g.settle()
}
