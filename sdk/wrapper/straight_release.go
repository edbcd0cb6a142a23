package wrapper

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Late implements coroutine.Job: the handler had waited, so the host has long
// been told to hold the stream back. Now it is let go as the handler says. A
// stream is never left held back with nothing that could resume it.
func (h *handling) Late() {
	s := h.stream
	if h.settled() {
		return
	}
	switch {
	case h.action == types.ActionContinue:
		h.resume()
	case h.strands():
		if h.refuse() == types.ActionContinue {
			h.resume()
		}
	case h.lets():
		s.plugin.vm.log.Warn("a straight-line header handler has waited and then returned " + h.name() +
			": the headers go on without waiting for the body, since they can't be held back in another way any more")
		h.resume()
	}
	// Else a call with a callback, which the handler has sent, will resume it.
}

func (h *handling) settled() bool {
	return dispatch.Current().Settled(h.stream.id, abi.StreamType(h.direction))
}

// lets reports whether a header handler's action means that the headers go on
// without the plugin's doing, at once or with the body.
func (h *handling) lets() bool {
	s := h.stream
	side := &s.sides[h.direction]
	return h.headers && (h.action == types.HeaderContinueAndEndStream ||
		h.action == types.HeaderStopIteration && s.outstanding() == 0 && (side.empty || side.read))
}

// strands reports whether the action holds the stream back although it was not
// answered and nothing is left that could resume it.
func (h *handling) strands() bool {
	s := h.stream
	return h.action != types.ActionContinue && !h.lets() && s.outstanding() == 0 && !h.settled()
}

var errStranded = errors.New("it was not answered, and nothing is left that could resume it")

func (h *handling) refuse() types.Action {
	return h.stream.refuse("a straight-line handler held its stream back", errStranded)
}

func (h *handling) name() string {
	if h.action == types.HeaderContinueAndEndStream {
		return "HeaderContinueAndEndStream"
	}
	return "HeaderStopIteration"
}

// resume lets the direction go on.
func (h *handling) resume() {
	var err error
	if h.direction == request {
		err = proxywasm.ResumeHttpRequest()
	} else {
		err = proxywasm.ResumeHttpResponse()
	}
	if err != nil {
		h.stream.plugin.vm.log.Error("a stream can't be resumed after a straight-line handler: " + err.Error())
	}
}
