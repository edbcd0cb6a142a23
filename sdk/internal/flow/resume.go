package flow

// Resume lets go on what plugin i holds back. Where it holds nothing back it
// does nothing. It must not be called while a callback of this direction runs.
func (p *Pipe) Resume(i int) {
	if i < 0 || i >= len(p.stations) || p.calls.Over() {
		return
	}
	switch s := &p.stations[i]; {
	case s.headers == stopped:
		p.resumeAll(i)
	case s.headers == waiting:
		p.passWaiting(i)
		p.resumeBody(i)
	case s.holds:
		p.resumeBody(i)
	case s.trailers == stopped:
		p.resumeTrailers(i)
	}
}

// resumeAll lets headers go on that held back everything. What has come since
// is shown to the plugin itself, then.
func (p *Pipe) resumeAll(i int) {
	s := &p.stations[i]
	s.headers = passed
	p.passHeaders(i + 1)
	if s.unseen && !p.calls.Over() && p.showBody(i) {
		end := s.end
		p.passBody(i+1, s.take(), end)
	}
	if s.trailers == queued && !p.calls.Over() {
		p.passTrailers(i)
	}
}

// resumeBody lets a body go on that the plugin has seen.
func (p *Pipe) resumeBody(i int) {
	s := &p.stations[i]
	if p.calls.Over() {
		return
	}
	if held := s.holds; held {
		p.passBody(i+1, s.take(), s.end)
	}
	p.resumeTrailers(i)
}

func (p *Pipe) resumeTrailers(i int) {
	s := &p.stations[i]
	if s.trailers == stopped && !p.calls.Over() {
		s.trailers = passed
		p.passTrailers(i + 1)
	}
}
