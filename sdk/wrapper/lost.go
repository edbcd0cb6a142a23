package wrapper

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

var errLost = errors.New("the callback of its last call has returned without resuming or answering it, or sending another call")

// checkLost is for the end of a call's callback. A stream that is held back then,
// with nothing left that could resume it, is refused instead of hanging for
// ever. A plugin with tick functions may resume it there. s may be nil: the
// plugin itself made the call.
func (s *stream) checkLost() {
	if s == nil || len(s.plugin.ticks) > 0 {
		return
	}
	lost := [2]func() error{request: proxywasm.ResumeHttpRequest, response: proxywasm.ResumeHttpResponse}
	for d, resume := range lost {
		if !dispatch.Current().Lost(s.id, abi.StreamType(d)) {
			continue
		}
		dispatch.Current().Become(s.id) // the callback may have made it another one
		if s.refuse("a stream stays held back", errLost) != types.ActionContinue {
			return
		}
		if err := resume(); err != nil {
			s.plugin.vm.log.Error("resume: " + err.Error())
		}
	}
}
