package flow

// ReadsHeaders reports whether plugin i can use the headers now: from its
// callback until it lets them go on.
func (p *Pipe) ReadsHeaders(i int) bool { return p.stations[i].readsHeaders() }

// ReadsTrailers is ReadsHeaders for the trailers.
func (p *Pipe) ReadsTrailers(i int) bool { return p.stations[i].readsTrailers() }

// Window returns where the bytes that plugin i can use now lie in what the
// gateway shows of the body. whole says that they are all of it.
func (p *Pipe) Window(i int) (start, size int, whole, ok bool) {
	s := &p.stations[i]
	if !s.shows && !s.holds {
		return 0, 0, false, false
	}
	start, size, whole = p.window(i)
	return start, size, whole, true
}

func (p *Pipe) window(i int) (start, size int, whole bool) {
	s := &p.stations[i]
	start = p.sink + s.skip - p.unshown
	for j := i + 1; j < len(p.stations); j++ {
		start += p.stations[j].window
	}
	start, size = max(start, 0), s.window-s.skip
	return start, size, start == 0 && size == p.shown
}

// Resized notes that the bytes that plugin i sees have become size.
func (p *Pipe) Resized(i, size int) {
	s := &p.stations[i]
	p.shown += size - (s.window - s.skip)
	s.window = s.skip + size
}

// Shown is how much of the body the gateway shows.
func (p *Pipe) Shown() int { return p.shown }
