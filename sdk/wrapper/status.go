package wrapper

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// runHeaders runs a header callback and turns what it returned into what the
// host is told; the package's documentation has the table.
func (s *stream) runHeaders(d direction, callback func(*stream) types.Action) types.Action {
	before := s.outstanding()
	action := callback(s)
	if action != types.HeaderStopIteration || dispatch.Current().Plain() {
		return action
	}
	side := &s.sides[d]
	switch {
	case s.outstanding() > before || s.answeredItself(d):
		return types.HeaderStopAllIterationAndWatermark
	case side.empty:
		s.warnNoBody()
		return types.HeaderContinue
	case side.read:
		return types.HeaderStopIteration
	}
	return types.HeaderStopAllIterationAndWatermark
}

// outstanding returns how many calls of this stream, through the wrapper's
// clients or package proxywasm, have a callback that has not run.
func (s *stream) outstanding() int { return dispatch.Current().Waiting(s.id) }

// answeredItself reports whether the plugin has answered the stream, so that
// what is held back of d is never to go on.
func (s *stream) answeredItself(d direction) bool {
	return dispatch.Current().Settled(s.id, abi.StreamType(d))
}

func (s *stream) warnNoBody() {
	vm := s.plugin.vm
	if vm.warned {
		return
	}
	vm.warned = true
	vm.log.Warn("a header callback returned HeaderStopIteration (or ActionPause) although no body follows and no call is " +
		"outstanding, so nothing would resume the stream: it continues. Ask HasRequestBody or HasResponseBody first. " +
		"Said once")
}
