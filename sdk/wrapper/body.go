package wrapper

import (
	"errors"
	"math"

	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// onData takes a part of a body: handed on at once, or kept by the host until
// the whole body is there.
func (s *stream) onData(d direction, size int, end bool) types.Action {
	side := &s.sides[d]
	on := &s.plugin.vm.on
	switch {
	case s.config == nil || side.done && !dispatch.Current().Plain():
		return types.DataContinue
	case d == response && s.captured() != nil:
	case !side.read:
		return types.DataContinue
	case side.chunks:
		return s.onChunk(d, size, end)
	case on.body[d] == nil:
		return types.DataContinue
	}
	// Hosts differ in whether size is the part's or that of all parts so far;
	// the sum is enough in any case, and hosts cut it to what is there.
	side.size = int32(min(int(side.size), math.MaxInt32-size) + size)
	if !end {
		return types.DataStopIterationAndBuffer
	}
	return s.deliver(d)
}

// onTrailers ends a body that has no other end.
func (s *stream) onTrailers(d direction) types.Action {
	side := &s.sides[d]
	if s.config == nil || side.done {
		return types.ActionContinue
	}
	if d == response && s.captured() != nil {
		return s.deliver(d)
	}
	if !side.read {
		return types.ActionContinue
	}
	if side.chunks {
		return s.lastChunk(d)
	}
	if s.plugin.vm.on.body[d] == nil {
		return types.ActionContinue
	}
	return s.deliver(d)
}

// deliver hands the whole body to its handler.
func (s *stream) deliver(d direction) types.Action {
	side := &s.sides[d]
	side.done = true
	captured := d == response && s.captured() != nil
	vm := s.plugin.vm
	body, err := vm.getBody(d, int(side.size), vm.reuse && !captured)
	if err != nil {
		return s.refuse("a body can't be read", err)
	}
	if captured {
		return s.captureBody(body)
	}
	action := vm.on.body[d](s, body)
	vm.giveBack(action == types.DataContinue && s.outstanding() == 0)
	return action
}

func (s *stream) onChunk(d direction, size int, end bool) types.Action {
	s.sides[d].done = end
	vm := s.plugin.vm
	chunk, err := vm.getBody(d, size, vm.reuse)
	if err != nil {
		return s.refuse("a part of a body can't be read", err)
	}
	out := vm.on.chunk[d](s, chunk, end)
	if len(chunk)+len(out) > 0 {
		if err := replaceBody(d, out); err != nil {
			return s.refuse("a part of a body can't be replaced", err)
		}
	}
	vm.giveBack(s.outstanding() == 0)
	if d == response && s.more != nil && s.more.holdChunks {
		return types.DataStopIterationNoBuffer
	}
	return types.DataContinue
}

// lastChunk tells a streaming handler of an end that came with trailers.
func (s *stream) lastChunk(d direction) types.Action {
	s.sides[d].done = true
	out := s.plugin.vm.on.chunk[d](s, nil, true)
	if len(out) == 0 {
		return types.ActionContinue
	}
	if err := appendBody(d, out); err != nil {
		return s.refuse("what the handler returned at the body's end can't be sent before the trailers", err)
	}
	return types.ActionContinue
}

// getBody returns up to size bytes of a body, nil where there are none.
func (v *vm) getBody(d direction, size int, reuse bool) (body []byte, err error) {
	if size == 0 {
		return nil, nil
	}
	if reuse {
		return v.readBody(d, size)
	}
	if d == request {
		body, err = proxywasm.GetHttpRequestBody(0, size)
	} else {
		body, err = proxywasm.GetHttpResponseBody(0, size)
	}
	if errors.Is(err, types.ErrorStatusNotFound) {
		return nil, nil
	}
	return body, err
}

func replaceBody(d direction, body []byte) error {
	if d == request {
		return proxywasm.ReplaceHttpRequestBody(body)
	}
	return proxywasm.ReplaceHttpResponseBody(body)
}

func appendBody(d direction, body []byte) error {
	if d == request {
		return proxywasm.AppendHttpRequestBody(body)
	}
	return proxywasm.AppendHttpResponseBody(body)
}
