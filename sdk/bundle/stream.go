package bundle

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/flow"
)

// stream is the table entry of a stream. Entries are used again.
type stream struct {
	id       uint32
	root     *root
	made     []bool // plugins that have a context for it
	flows    [2]flow.Pipe
	sides    [2]side
	headers  [2]int32 // as many as the host has told of
	trailers [2]int32

	responding bool    // the response has begun
	answered   [2]bool // by a plugin, in the request or in the response
	over       bool    // reset, or its last callback runs
	running    [2]bool // the host's callback of a direction runs
}

// side is one direction of a stream, as its flow calls it.
type side struct {
	*stream
	dir abi.StreamType
}

var _ flow.Calls = (*side)(nil)

// maxSpare bounds the table entries kept after a peak of streams.
const maxSpare = 256

func (g *guest) stream(id uint32) *stream {
	if g.last != nil && g.last.id == id {
		return g.last
	}
	s := g.streams[id]
	if s != nil {
		g.last = s
	}
	return s
}

// begin notes a stream. Plugins of a chain get theirs when it comes to them, as
// in filters of their own.
func (g *guest) begin(id uint32, r *root) {
	s := new(stream)
	if n := len(g.spare); n > 0 {
		s, g.spare = g.spare[n-1], g.spare[:n-1]
	}
	made := s.made[:0]
	for range r.entries {
		made = append(made, false)
	}
	*s = stream{id: id, root: r, made: made, flows: s.flows}
	g.streams[id], g.last = s, s
	if !r.chain {
		s.make(0)
		return
	}
	for dir := range s.sides {
		s.sides[dir] = side{s, abi.StreamType(dir)}
		s.flows[dir].Begin(len(r.entries), &s.sides[dir])
	}
}

// make gives a plugin its context for the stream.
func (s *stream) make(i int) {
	if s.made[i] {
		return
	}
	s.made[i] = true
	module.use(s.root.entries[i]).OnContextCreate(s.id, s.root.id)
	module.done()
}

// drop forgets a stream.
func (g *guest) drop(s *stream) {
	for i, e := range s.root.entries {
		if s.made[i] {
			g.use(e).OnDelete(s.id)
			g.done()
		}
	}
	delete(g.streams, s.id)
	g.last = nil
	s.id, s.root = 0, nil
	if len(g.spare) < maxSpare {
		g.spare = append(g.spare, s)
	}
}

// entry is the plugin at a place of a direction.
func (d *side) entry(i int) int {
	if d.dir == abi.StreamResponse {
		return len(d.root.entries) - 1 - i
	}
	return i
}

// place is the place of a plugin in a direction.
func (e *entry) placeIn(dir abi.StreamType) int {
	if dir == abi.StreamResponse {
		return len(e.root.entries) - 1 - e.place
	}
	return e.place
}

// to prepares a call of a plugin for the stream. It reports false where the
// plugin has no part in it: an answer to a request that never came to it.
func (d *side) to(i int) (*entry, bool) {
	n := d.entry(i)
	if d.dir == abi.StreamResponse && !d.made[n] {
		return nil, false
	}
	module.become(d.id)
	d.make(n)
	return d.root.entries[n], true
}

// Headers implements flow.Calls. The number of headers is that which the host has
// told: plugins before may have changed it.
func (d *side) Headers(i int, end bool) (action uint32) {
	e, ok := d.to(i)
	if !ok {
		return 0
	}
	defer module.done()
	if d.dir == abi.StreamRequest {
		return module.use(e).OnRequestHeaders(d.id, d.headers[d.dir], end)
	}
	return module.use(e).OnResponseHeaders(d.id, d.headers[d.dir], end)
}

// Body implements flow.Calls.
func (d *side) Body(i, size int, end bool) (action uint32) {
	e, ok := d.to(i)
	if !ok {
		return 0
	}
	defer module.done()
	if d.dir == abi.StreamRequest {
		return module.use(e).OnRequestBody(d.id, int32(size), end)
	}
	return module.use(e).OnResponseBody(d.id, int32(size), end)
}

// Trailers implements flow.Calls.
func (d *side) Trailers(i int) (action uint32) {
	e, ok := d.to(i)
	if !ok {
		return 0
	}
	defer module.done()
	if d.dir == abi.StreamRequest {
		return module.use(e).OnRequestTrailers(d.id, d.trailers[d.dir])
	}
	return module.use(e).OnResponseTrailers(d.id, d.trailers[d.dir])
}

// MayWait implements flow.Calls.
func (d *side) MayWait(i int) bool {
	for i++; i < len(d.root.entries); i++ {
		if d.root.entries[d.entry(i)].mayWait {
			return true
		}
	}
	return false
}

// Over implements flow.Calls.
func (d *side) Over() bool {
	return d.over || d.answered[abi.StreamResponse] || d.dir == abi.StreamRequest && d.answered[abi.StreamRequest]
}
