package wrapper

import (
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// runHeaders runs a header callback and turns what it returned into what the
// host is told; the package's documentation has the table.
func (s *stream) runHeaders(d direction, callback func(*stream) types.Action) types.Action {
	before := s.outstanding()
	action := callback(s)
	if action != types.HeaderStopIteration {
		return action
	}
	side := &s.sides[d]
	switch {
	case s.outstanding() > before:
		return types.HeaderStopAllIterationAndWatermark
	case side.empty:
		s.warnNoBody()
		return types.HeaderContinue
	case side.read:
		return types.HeaderStopIteration
	}
	return types.HeaderStopAllIterationAndWatermark
}

// outstanding returns how many calls of this stream have not been answered.
func (s *stream) outstanding() int {
	if v, ok := any(dispatch.Current()).(interface{ Waiting(id uint32) int }); ok {
		return v.Waiting(s.id)
	}
	return s.calls
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
