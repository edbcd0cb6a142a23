package filter

import "github.com/sluiceproxy/sluice/host"

// iteration says whether a direction goes on past one plugin.
type iteration uint8

const (
	iterating        iteration = iota
	stopOne                    // held back, but the body callbacks run
	stopAllBuffer              // held back and kept, with an error above the limit
	stopAllWatermark           // held back and kept, reading stops at the limit
)

// half is one plugin's state in one direction.
type half struct {
	p            *pluginStream
	pipe         *pipe
	i            int // place in pipe.halves
	state        iteration
	headersDone  bool // the headers went on past this plugin
	trailersDone bool // so did the trailers
	endStream    bool // the plugin has seen the end
	fromCurrent  bool // what was kept has yet to be shown to this plugin
	started      bool // the headers callback has run
	running      bool // the plugin's callback runs
	resumeAfter  bool // the plugin resumed inside its own callback
	ended        bool // the plugin has injected the end

	seesHeaders  bool
	seesTrailers bool
	buffering    bool            // the last body callback asked to buffer
	chunk        *host.Buffer    // body while it is not buffered
	added        *host.HeaderMap // trailers that the plugin may add
	injected     []injectedData  // sent inside its own callback
}

type injectedData struct {
	body []byte
	end  bool
}

func (h *half) stoppedAll() bool { return h.state >= stopAllBuffer }

// body is what the plugin sees of the body now.
func (h *half) body() *host.Buffer {
	if h.buffering && h.pipe.buffered != nil {
		return h.pipe.buffered
	}
	return h.chunk
}

// afterHeaders applies the answer of a headers callback and says whether the
// headers go on to the next plugin.
func (h *half) afterHeaders(a host.Action, end *bool) bool {
	switch a {
	case host.HeadersStop:
		h.state = stopOne
	case host.HeadersStopAllAndBuffer:
		h.state = stopAllBuffer
	case host.HeadersStopAllAndWatermark:
		h.state = stopAllWatermark
	case host.HeadersContinueAndEnd:
		if h.pipe.s.o.EndOnStatus2 && !*end {
			*end, h.endStream, h.pipe.cut = true, true, true
		}
		h.headersDone = true
	case host.HeadersContinue:
		h.headersDone = true
	default: // unknown numbers hold, as in Envoy
		h.state = stopAllWatermark
	}
	return h.settle()
}

// afterData applies the answer of a body callback.
func (h *half) afterData(a host.Action, buf *host.Buffer) bool {
	p := h.pipe
	switch a {
	case host.DataContinue:
		if h.state == stopOne {
			p.keep(buf)
			p.resume(h)
			return false
		}
	case host.DataStopAndBuffer, host.DataStopAndWatermark:
		h.state = stopOne
		p.watermark = a == host.DataStopAndWatermark
		p.keep(buf)
	default:
		h.state = stopOne
		if p.complete && p.trailers == nil && p.buffered == nil {
			p.buffered = new(host.Buffer) // so that resume passes the end on
		}
	}
	return h.settle()
}

// afterTrailers applies the answer of a trailers callback.
func (h *half) afterTrailers(a host.Action) bool {
	if a == host.ActionContinue {
		if h.state == stopOne {
			h.pipe.resume(h)
			return false
		}
		return true
	}
	if h.state == iterating {
		h.state = stopOne
	}
	return h.settle()
}

// settle does what the plugin asked for inside its callback, now that the
// answer of the callback is known.
func (h *half) settle() bool {
	injected := h.injected
	h.injected = nil
	for _, in := range injected {
		h.pipe.inject(h, in)
	}
	resume := h.resumeAfter
	h.resumeAfter = false
	if h.state == iterating {
		return true
	}
	if resume {
		h.pipe.resume(h)
	}
	return false
}
