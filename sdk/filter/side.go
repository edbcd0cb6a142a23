package filter

import (
	"context"
	"math"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// nobody waits for the whole message.
const nobody = -1

// side is the way of the request, or of the response, through the filters. They
// are counted by their position on that way.
type side struct {
	x *exchange
	d direction

	headers  Headers
	trailers Headers

	next    int  // the filter that is to see the headers next
	behind  int  // the first that has not seen the body, of those that have seen the headers
	waiting int  // the filter that waits for the whole message, nobody
	over    bool // it was answered, or has ended: nothing more is to be done

	busy   bool // a method waits for a call
	held   bool // the host holds something back
	passed int  // how much of the host's buffer was shown
	kept   keptData
	flags  lateFlags
}

// event is what the host shows.
type event struct {
	method method
	size   int
	end    bool
}

// lateFlags say what has come while a method waited.
type lateFlags struct{ data, end, trailers bool }

// position turns a plugin's place in the bundle into one on the way, and back.
func (s *side) position(i int) int {
	if s.d == request {
		return i
	}
	return len(s.x.slots) - 1 - i
}

// on takes an event and returns what the host is told.
func (s *side) on(e event) types.Action {
	switch {
	case s.over && !s.busy:
		return types.ActionPause
	case s.x.slots == nil:
		return types.ActionContinue
	}
	if e.method == onHeaders {
		s.headers.here = true
	}
	if s.busy {
		s.flags.data = s.flags.data || e.method == onData
		s.flags.end = s.flags.end || e.end
		s.flags.trailers = s.flags.trailers || e.method == onTrailers
		return types.DataStopIterationAndBuffer
	}
	if !s.interested(e) {
		return types.ActionContinue
	}
	run := s.x.bundle.run
	if run == nil {
		s.process(plainContext{}, e)
		return s.result(e)
	}
	return run(s, e)
}

// interested reports whether a filter looks at an event.
func (s *side) interested(e event) bool {
	has := &s.x.bundle.methods.has[s.d]
	switch {
	case s.waiting != nobody:
		return true
	case e.method == onHeaders:
		return s.d == request || *has != [4]bool{} // filters are made, lengths seen to
	}
	return has[e.method]
}

// process shows an event to the filters.
func (s *side) process(ctx context.Context, e event) {
	switch {
	case e.method == onHeaders:
		s.showHeaders(ctx, e.end)
	case s.waiting != nobody && !e.end:
		return // the host keeps it
	case s.waiting != nobody:
		s.showMessage(ctx, e.method == onTrailers)
	case e.method == onData:
		s.showPart(ctx, Data{kind: bodyOf(s.d), start: s.passed, size: e.size}, e.end)
	default:
		s.showTrailers(ctx, s.behind, len(s.x.slots))
	}
}

// showHeaders shows the headers from the filter on that is next, until one
// waits.
func (s *side) showHeaders(ctx context.Context, end bool) {
	x := s.x
	arg := argument{headers: &s.headers, end: end}
	for s.next < len(x.slots) && !s.over {
		i := s.position(s.next)
		s.next++
		if s.d == request {
			if err := x.rematch(); err != nil {
				x.refuse(err)
				s.over = true
				return
			}
			x.make(i)
		}
		if s.call(ctx, i, onHeaders, &arg) || s.over {
			continue
		}
		if !end {
			return
		}
		s.waiting = nobody
		whole := argument{headers: &s.headers, data: &Data{kind: bodyOf(s.d)}, end: true}
		s.call(ctx, i, onMessage, &whole)
	}
}

// showPart shows a part of a body.
func (s *side) showPart(ctx context.Context, data Data, end bool) {
	arg := argument{data: &data, end: end}
	s.showData(ctx, &arg, 0, len(s.x.slots))
	if s.held {
		s.keep(&data)
		return
	}
	s.finishData(&data)
}

func (s *side) showData(ctx context.Context, arg *argument, from, to int) {
	for p := from; p < to && !s.over; p++ {
		s.call(ctx, s.position(p), onData, arg)
	}
}

// showTrailers shows the trailers to some filters.
func (s *side) showTrailers(ctx context.Context, from, to int) {
	s.haveTrailers()
	arg := argument{trailers: &s.trailers, end: true}
	for p := from; p < to && !s.over; p++ {
		s.call(ctx, s.position(p), onTrailers, &arg)
	}
}

func (s *side) haveTrailers() {
	if !s.trailers.here {
		s.trailers.host, s.trailers.here = trailerAccess(s.d), true
	}
}

// finishData writes a body, and answers where that fails.
func (s *side) finishData(data *Data) {
	if s.over {
		return
	}
	if err := data.flush(); err != nil {
		s.x.refuse(err)
		s.over = true
	}
}

func bodyOf(d direction) abi.BufferType {
	if d == request {
		return abi.BufferRequestBody
	}
	return abi.BufferResponseBody
}

// result ends an event: it writes what the filters have changed and returns
// what the host is told.
func (s *side) result(e event) types.Action {
	if s.over {
		return types.ActionPause
	}
	if s.waiting != nobody {
		s.held = true
		return types.HeaderStopIteration // and DataStopIterationAndBuffer
	}
	if s.release(e) {
		return types.ActionContinue
	}
	return types.ActionPause
}

// release writes changed headers and trailers before they go on. It reports
// false where the stream was answered instead.
func (s *side) release(e event) bool {
	if !s.headers.gone {
		s.freeLength(e)
		if err := s.headers.flush(); err != nil {
			s.x.refuse(err)
			s.over = true
			return false
		}
		s.headers.gone = true
	}
	if s.trailers.here {
		if err := s.trailers.flush(); err != nil {
			s.x.refuse(err)
			s.over = true
			return false
		}
	}
	if err := s.kept.flush(bodyOf(s.d)); err != nil {
		s.x.refuse(err)
		s.over = true
		return false
	}
	s.held, s.passed = false, 0
	return true
}

// freeLength removes content-length where a filter may change the body after
// the headers have gone on.
func (s *side) freeLength(e event) {
	if e.method != onHeaders || e.end || !s.x.bundle.changes[s.d] {
		return
	}
	remove := proxywasm.RemoveHttpRequestHeader
	if s.d == response {
		remove = proxywasm.RemoveHttpResponseHeader
	}
	if s.headers.read {
		remove = s.headers.Del
	}
	_ = remove("content-length") // there may be none
}

// everything is more than a body's size.
const everything = math.MaxInt32
