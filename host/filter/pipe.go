package filter

import "github.com/sluiceproxy/sluice/host"

// pipe is one direction of a stream.
type pipe struct {
	s         *Stream
	dir       host.Direction
	halves    []*half // in the order of this direction
	headers   *host.HeaderMap
	trailers  *host.HeaderMap
	buffered  *host.Buffer // what is held back of the body; nil if nothing is
	chunk     host.Buffer  // the chunk under way
	complete  bool         // the end has come in
	aborted   bool         // a local reply broke off the callback that runs
	calling   int          // callbacks that run
	watermark bool         // above the limit reading pauses; otherwise it is an error
	paused    bool         // Sink.PauseReading is in force
	added     *half        // the plugin whose trailers follow the data under way
	cut       bool         // the headers went on as the end; what follows is dropped
}

// start is the index of the first plugin to call.
func (p *pipe) start(from *half, orCurrent bool) int {
	switch {
	case from == nil:
		return 0
	case orCurrent && from.fromCurrent:
		return from.i
	}
	return from.i + 1
}

// over reports that nobody waits for this direction any more.
func (p *pipe) over() bool {
	if p.s.closed || p.s.ended {
		return true
	}
	return p.dir == host.DirectionRequest && p.s.responded
}

// passHeaders shows the headers to the plugins after from and sends them on.
func (p *pipe) passHeaders(from *half, end bool) {
	for _, h := range p.halves[p.start(from, false):] {
		h.endStream = end
		a := h.callHeaders(end)
		if p.aborted {
			h.state = stopOne
			p.s.executePrepared()
			return
		}
		if !h.afterHeaders(a, &end) || p.over() {
			return
		}
	}
	p.sendHeaders(end)
}

// passData shows buf to the plugins and sends it on. It empties buf.
func (p *pipe) passData(from *half, buf *host.Buffer, end bool) {
	if p.over() || p.cut {
		p.drained(buf)
		return
	}
	for _, h := range p.halves[p.start(from, true):] {
		if h.stoppedAll() {
			p.watermark = h.state == stopAllWatermark
			p.keep(buf)
			p.passAdded(h)
			return
		}
		if h.endStream {
			return
		}
		h.endStream = end && p.trailers == nil
		a := h.callData(buf, h.endStream)
		if p.aborted {
			h.state = stopOne
			p.s.executePrepared()
			return
		}
		if p.adoptTrailers(h) {
			end = false
		}
		if !h.afterData(a, buf) || p.over() {
			p.passAdded(h)
			return
		}
	}
	p.sendData(buf, end)
	p.passAdded(nil)
}

// passTrailers shows the trailers to the plugins and sends them on.
func (p *pipe) passTrailers(from *half) {
	if p.over() || p.cut {
		return
	}
	if from != nil && !from.fromCurrent {
		from.trailersDone = true
	}
	for _, h := range p.halves[p.start(from, true):] {
		if h.stoppedAll() || h.trailersDone {
			return // held back, or gone on already when h resumed
		}
		h.endStream = true
		a := h.callTrailers()
		if p.aborted {
			h.state = stopOne
			p.s.executePrepared()
			return
		}
		if !h.afterTrailers(a) || p.over() {
			return
		}
		h.trailersDone = true
	}
	p.sendTrailers()
}

// resume lets a direction go on past h. Where h holds nothing back it does
// nothing. (Envoy passes the headers on twice then.)
func (p *pipe) resume(h *half) {
	if p.over() || h.state == iterating {
		return
	}
	h.fromCurrent = h.stoppedAll()
	h.state, h.buffering = iterating, false
	if !h.headersDone {
		h.headersDone = true
		p.passHeaders(h, p.complete && p.buffered == nil && p.trailers == nil)
	}
	had := p.trailers != nil
	if p.added == h {
		p.added = nil
	}
	trailersToo := had && p.added == nil // else they wait for the data before them
	if p.buffered != nil {
		p.passData(h, p.buffered, p.complete && !had)
	}
	if trailersToo {
		p.passTrailers(h)
	}
	h.fromCurrent = false
}

// inject sends data to the plugins after h, past what is held back.
func (p *pipe) inject(h *half, in injectedData) {
	if p.over() {
		return
	}
	if !h.headersDone {
		h.headersDone = true
		p.passHeaders(h, false)
	}
	p.passData(h, host.NewBuffer(in.body), in.end)
}

// adoptTrailers takes over the trailers that h added in its last body callback.
// They follow the data once it has passed the other plugins.
func (p *pipe) adoptTrailers(h *half) bool {
	t := h.added
	h.added = nil
	if t == nil || t.Len() == 0 || p.trailers != nil {
		return false
	}
	p.trailers, p.added = t, h
	return true
}

// passAdded passes on what a plugin added, unless that plugin is the one that
// holds the data back: its resumption does it then.
func (p *pipe) passAdded(holds *half) {
	a := p.added
	p.added = nil
	if a != nil && a != holds {
		p.passTrailers(a)
	}
}
