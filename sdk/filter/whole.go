package filter

import (
	"context"
	"strconv"
)

// showMessage shows a message that is there as a whole: to the filters before
// the one that waits as a body of one part, to it, and to those behind it, which
// have seen nothing yet, beginning with the headers.
func (s *side) showMessage(ctx context.Context, trailers bool) {
	data := Data{kind: bodyOf(s.d), size: everything}
	arg := argument{headers: &s.headers, data: &data, end: !trailers}
	if trailers {
		s.haveTrailers()
		arg.trailers = &s.trailers
	}
	for s.waiting != nobody && !s.over {
		at := s.waiting
		s.showRest(ctx, &arg, at)
		s.waiting = nobody
		s.showWhole(ctx, &arg, at)
		s.behind = at + 1
		if !s.over {
			s.showHeaders(ctx, false)
		}
	}
	s.showRest(ctx, &arg, len(s.x.slots))
	changed := data.changed
	s.finishData(&data)
	if changed && !s.over {
		s.setLength(len(data.bytes), trailers)
	}
}

// showRest shows body and trailers to the filters that have seen only the
// headers.
func (s *side) showRest(ctx context.Context, arg *argument, to int) {
	from := s.behind
	s.behind = max(from, to)
	s.showData(ctx, arg, from, to)
	if arg.trailers != nil {
		s.showTrailers(ctx, from, to)
	}
}

// showWhole shows the message to the filter that has waited for it.
func (s *side) showWhole(ctx context.Context, arg *argument, at int) {
	if s.over {
		return
	}
	i := s.position(at)
	if s.x.bundle.plugins[i].methods.has[s.d][onMessage] {
		s.call(ctx, i, onMessage, arg)
		return
	}
	s.call(ctx, i, onData, arg)
	if arg.trailers != nil && !s.over {
		s.call(ctx, i, onTrailers, arg)
	}
}

// setLength corrects content-length, if there is one, while the headers are
// still here.
func (s *side) setLength(size int, trailers bool) {
	if s.headers.gone || trailers {
		return
	}
	if _, ok := s.headers.Lookup("content-length"); ok {
		_ = s.headers.Set("content-length", strconv.Itoa(size))
	}
}
