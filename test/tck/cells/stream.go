package cells

import (
	"net/url"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// ControlPath begins the path of requests that bring a command, escaped behind
// it; the answer's body is the command's answer.
const ControlPath = "/control/"

// stream is one exchange.
type stream struct {
	types.DefaultHttpContext
	plugin *plugin
	id     uint32
	cell   *armed // nil for requests that bring a command
}

func (s *stream) vm() *vm { return s.plugin.vm }

// take makes this the stream that runs the armed cell.
func (s *stream) take() {
	s.vm().running, s.vm().armed = s.vm().armed, armed{}
	s.cell = &s.vm().running
}

// run runs the cell if the phase is its and returns held where it answered the
// request, so that nothing goes on.
func (s *stream) run(phase string, held types.Action) types.Action {
	if s.cell != nil && s.cell.run(phase, s.id, s.plugin.id) {
		return held
	}
	return types.ActionContinue
}

// OnHttpRequestHeaders implements types.HttpContext.
func (s *stream) OnHttpRequestHeaders(int, bool) types.Action {
	path, _ := proxywasm.GetHttpRequestHeader(":path")
	if command, ok := strings.CutPrefix(path, ControlPath); ok {
		return s.command(command)
	}
	if s.cell == nil {
		s.take()
	}
	if s.cell.phase == RequestBodyEnd { // a body of another length needs that
		_ = proxywasm.RemoveHttpRequestHeader("content-length")
	}
	if s.talks() {
		return types.HeaderStopAllIterationAndWatermark
	}
	if s.waits(CallInRequest, TickInRequest, proxywasm.ResumeHttpRequest) {
		return types.HeaderStopAllIterationAndWatermark
	}
	return s.run(RequestHeaders, types.HeaderStopAllIterationAndWatermark)
}

func (s *stream) command(escaped string) types.Action {
	command, err := url.PathUnescape(escaped)
	answer := s.vm().control(command)
	if err != nil {
		answer = err.Error()
	}
	_ = proxywasm.SendHttpResponse(200, nil, []byte(answer), -1)
	return types.HeaderStopAllIterationAndWatermark
}

// waits reports whether the cell runs in the answer to a callout or in a tick,
// and starts to wait for that.
func (s *stream) waits(call, tick string, resume func() error) bool {
	if s.cell == nil || s.cell.ran {
		return false
	}
	switch s.cell.phase {
	case call:
		_, err := proxywasm.DispatchHttpCall(Callee, goodHeaders, nil, nil, 5000, func(int, int, int) { s.late(call, resume) })
		return err == nil
	case tick:
		s.plugin.waiting = append(s.plugin.waiting, func() {
			if proxywasm.SetEffectiveContext(s.id) == nil {
				s.late(tick, resume)
			}
		})
		return true
	}
	return false
}

// talks begins the conversation of the cell, if it has one, and reports whether the
// request waits for its end.
func (s *stream) talks() bool {
	if !IsGRPC(s.cell.phase) {
		return false
	}
	s.plugin.talker = s
	if s.cell.phase == GRPCInRequest {
		startTalk(s.cell.talk, s.id, s.plugin.id)
		return true
	}
	running = nil
	s.plugin.waiting = append(s.plugin.waiting, func() { startTalk(s.cell.talk, s.plugin.id, s.plugin.id) })
	return true
}

// talked ends the wait.
func (s *stream) talked() {
	s.cell.ran, s.cell.answer = true, endTalk()
	s.plugin.talker = nil
	if proxywasm.SetEffectiveContext(s.id) == nil {
		_ = proxywasm.ResumeHttpRequest()
	}
}

// late runs the cell and lets the stream go on.
func (s *stream) late(phase string, resume func() error) {
	if s.run(phase, types.ActionPause) == types.ActionContinue {
		_ = resume()
	}
}

// OnHttpRequestBody implements types.HttpContext.
func (s *stream) OnHttpRequestBody(_ int, end bool) types.Action {
	return s.body(RequestBody, RequestBodyEnd, end)
}

// body runs the cell at the first part of a body or at its end.
func (s *stream) body(part, last string, end bool) types.Action {
	if end {
		return s.run(last, types.DataStopIterationNoBuffer)
	}
	if s.cell != nil && s.cell.phase == last {
		return types.DataStopIterationAndBuffer
	}
	return s.run(part, types.DataStopIterationNoBuffer)
}

// OnHttpRequestTrailers implements types.HttpContext.
func (s *stream) OnHttpRequestTrailers(int) types.Action {
	return s.run(RequestTrailers, types.ActionPause)
}

// OnHttpResponseHeaders implements types.HttpContext.
func (s *stream) OnHttpResponseHeaders(int, bool) types.Action {
	if s.cell != nil && s.cell.phase == ResponseBodyEnd {
		_ = proxywasm.RemoveHttpResponseHeader("content-length")
	}
	if s.waits(CallInResponse, TickInResponse, proxywasm.ResumeHttpResponse) {
		return types.HeaderStopAllIterationAndWatermark
	}
	return s.run(ResponseHeaders, types.HeaderStopAllIterationAndWatermark)
}

// OnHttpResponseBody implements types.HttpContext.
func (s *stream) OnHttpResponseBody(_ int, end bool) types.Action {
	return s.body(ResponseBody, ResponseBodyEnd, end)
}

// OnHttpResponseTrailers implements types.HttpContext.
func (s *stream) OnHttpResponseTrailers(int) types.Action {
	return s.run(ResponseTrailers, types.ActionPause)
}

// OnHttpStreamDone implements types.HttpContext.
func (s *stream) OnHttpStreamDone() {
	if s.cell != nil {
		s.cell.run(StreamDone, s.id, s.plugin.id)
		s.cell.over = true
	}
}
