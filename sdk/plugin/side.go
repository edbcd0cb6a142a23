package plugin

import (
	"context"
	"io"
	"math"

	"github.com/sluiceproxy/sluice/sdk/internal/coroutine"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// side is the state of one direction of an exchange.
type side struct {
	headers  [][2]string // as they came
	trailers [][2]string // likewise; nil until they have come
	body     io.ReadCloser
	empty    bool // no body follows the headers, or none that is HTTP's
	upgraded bool // what follows is not HTTP
	sized    bool // the length of the body is known

	ctx    context.Context   // of the handlers
	waits  []*coroutine.Wait // handlers that wait for the body
	active bool              // handlers run, or wait
	inside bool              // a callback of this direction runs
	sealed bool              // the gateway shows no body before the handlers are through
	whole  bool              // all of the body is there
	size   int               // bytes held back, at least
	action types.Action      // what the handlers came to

	swap  bool   // what comes of the body is dropped
	fresh []byte // what takes its place
}

// onData takes a part of a body.
func (s *stream) onData(d direction, size int, end bool) types.Action {
	side := &s.sides[d]
	switch {
	case side.swap:
		return s.swapPart(d, end)
	case !side.active:
		return types.DataContinue
	}
	// Hosts differ in whether size is the part's or that of all parts so far;
	// the sum is enough in any case, and hosts cut it to what is there.
	side.size = min(side.size, math.MaxInt32-size) + size
	if !end {
		return types.DataStopIterationAndBuffer
	}
	return s.arrived(d)
}

// onTrailers ends a body that has no other end.
func (s *stream) onTrailers(d direction) types.Action {
	side := &s.sides[d]
	if side.swap {
		return s.swapPart(d, true)
	}
	if !side.active {
		return types.ActionContinue
	}
	side.trailers = trailersOf(d).all()
	s.showTrailers(d)
	return s.arrived(d)
}

// arrived lets handlers go on that have waited for the body.
func (s *stream) arrived(d direction) types.Action {
	side := &s.sides[d]
	side.whole, side.inside = true, true
	waits := side.waits
	side.waits = nil
	for _, w := range waits {
		w.Wake()
	}
	side.inside = false
	if side.active {
		return types.DataStopIterationAndBuffer
	}
	return side.action
}

// swapPart drops a part of a body, and puts the new one where the last was. A
// body without a length may end in trailers, where hosts have a buffer for the
// new one only if they kept the parts, empty as they are.
func (s *stream) swapPart(d direction, end bool) types.Action {
	side := &s.sides[d]
	part, action := []byte(nil), types.DataStopIterationAndBuffer
	if side.sized {
		action = types.DataContinue
	}
	if end {
		part, action = side.fresh, types.DataContinue
		side.swap, side.fresh = false, nil
	}
	if err := replaceBody(d, part); err != nil {
		return s.refuse("a body can't be replaced", err)
	}
	return action
}

// setBody makes data the body. What has been held back is replaced at once, else
// what is still to come.
func (s *stream) setBody(d direction, data []byte) error {
	side := &s.sides[d]
	if side.whole {
		if len(data) == 0 && side.size == 0 {
			return nil
		}
		return replaceBody(d, data)
	}
	if side.size > 0 { // held back by a handler that has not waited for the rest
		if err := replaceBody(d, nil); err != nil {
			return err
		}
	}
	side.swap, side.fresh = true, data
	return nil
}
