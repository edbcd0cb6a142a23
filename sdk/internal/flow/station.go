package flow

// passage says how far headers or trailers came at one plugin.
type passage uint8

const (
	ahead   passage = iota // not here yet
	queued                 // here, but the plugin holds back what is before them
	running                // the plugin's callback runs
	waiting                // held back, but body callbacks run
	stopped                // held back, and the body with them
	passed
)

// station is the state of one plugin.
type station struct {
	headers, trailers passage

	window int  // bytes of the body that are here
	unseen bool // some of them, or the end, were not shown yet
	holds  bool // the body callback held them back
	shows  bool // the body callback runs
	skip   int  // bytes of the window that callbacks don't see again
	end    bool // the end of the body is here
}

// free reports whether the plugin holds nothing back.
func (s *station) free(trailers bool) bool {
	return s.headers == passed && !s.holds && !s.unseen && (!trailers || s.trailers == passed)
}

// readsHeaders reports whether the plugin can use the headers now.
func (s *station) readsHeaders() bool {
	return s.headers == running || s.headers == waiting || s.headers == stopped
}

// readsTrailers reports whether the plugin can use the trailers now.
func (s *station) readsTrailers() bool { return s.trailers == running || s.trailers == stopped }
