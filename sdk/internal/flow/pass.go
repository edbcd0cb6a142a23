package flow

// passHeaders shows the headers to the plugins from i on.
func (p *Pipe) passHeaders(i int) {
	for ; i < len(p.stations); i++ {
		s := &p.stations[i]
		s.headers = running
		action := p.calls.Headers(i, p.ended)
		switch {
		case p.calls.Over():
			s.headers, p.stop = stopped, action
			return
		case action == actionContinue, action == actionEnd:
			s.headers = passed
			p.two = p.two || action == actionEnd
		case action == actionStop:
			s.headers, p.stop = waiting, action
			return
		default:
			s.headers, p.stop = stopped, action
			return
		}
	}
}

// passBody brings n bytes, and the end, to plugin i, and on as far as they get.
func (p *Pipe) passBody(i, n int, end bool) {
	for ; i < len(p.stations); i++ {
		s := &p.stations[i]
		if n == 0 && !end {
			return
		}
		s.window += n
		s.end = s.end || end
		s.unseen = true
		if s.headers == stopped || !p.showBody(i) {
			return
		}
		n, end = s.take(), s.end
	}
	p.sink += n
}

// showBody runs plugin i's body callback and reports whether the body goes on;
// headers that waited for it then do as well.
func (p *Pipe) showBody(i int) bool {
	s := &p.stations[i]
	s.unseen, s.shows = false, true
	action := p.calls.Body(i, s.window-s.skip, s.end)
	s.shows = false
	switch {
	case p.calls.Over():
		s.holds, p.stop = true, max(action, actionStop)
		return false
	case action == actionContinue:
		p.passWaiting(i)
		return !p.calls.Over()
	}
	s.holds, p.stop = true, action
	switch action {
	case actionUnseen:
		s.skip = s.window
	case actionDrop:
		p.drop(i)
	default:
		s.skip = 0
	}
	return false
}

// passWaiting lets headers go on that waited for a body.
func (p *Pipe) passWaiting(i int) {
	if s := &p.stations[i]; s.headers == waiting {
		s.headers = passed
		p.passHeaders(i + 1)
	}
}

// take empties a plugin's window for the next one.
func (s *station) take() (n int) {
	n = s.window
	s.window, s.skip, s.holds = 0, 0, false
	return n
}

// drop throws away what plugin i has seen last.
func (p *Pipe) drop(i int) {
	start, n, _ := p.window(i)
	s := &p.stations[i]
	s.window = s.skip
	p.shown -= n
	if p.shown > 0 {
		p.calls.Cut(start, n)
	}
}

// passTrailers brings the trailers to plugin i, and on as far as they get.
func (p *Pipe) passTrailers(i int) {
	for ; i < len(p.stations); i++ {
		s := &p.stations[i]
		if s.trailers == passed {
			return
		}
		if s.headers == stopped {
			s.trailers = queued
			return
		}
		s.trailers = running
		action := p.calls.Trailers(i)
		if p.calls.Over() || action != actionContinue {
			s.trailers, p.stop = stopped, max(action, actionStop)
			return
		}
		s.trailers = passed
		p.passWaiting(i)
		p.passBody(i+1, s.take(), false)
		if p.calls.Over() {
			return
		}
	}
}
