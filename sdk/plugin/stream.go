package plugin

import (
	"context"
	"net/http"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/coroutine"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// stream is one exchange. Package wrapper's part of it finds the configuration.
type stream struct {
	*wrapper.CommonHttpCtx[chain]
	plugin   *configured
	id       uint32
	chain    *chain // nil where no handler sees the exchange
	req      *http.Request
	resp     *http.Response
	sides    [2]side
	answered bool // a handler has answered the client
	asking   bool // a value of the request's context is looked up
}

// direction is an index of what exists for request and response.
type direction int

const (
	request direction = iota
	response
)

// OnHttpRequestHeaders implements types.HttpContext.
func (s *stream) OnHttpRequestHeaders(n int, end bool) types.Action {
	if action := s.CommonHttpCtx.OnHttpRequestHeaders(n, end); action != types.HeaderContinue {
		return action
	}
	config, err := s.GetMatchConfig()
	if err != nil {
		return s.refuse("the request can't be matched with the rules", err)
	}
	if config == nil {
		return types.HeaderContinue
	}
	s.chain = config
	s.chain.streams++
	if err := s.readRequest(end); err != nil {
		return s.badRequest(err)
	}
	return s.run(request, dispatch.PhaseRequestHeaders)
}

// OnHttpResponseHeaders implements types.HttpContext.
func (s *stream) OnHttpResponseHeaders(n int, end bool) types.Action {
	if action := s.CommonHttpCtx.OnHttpResponseHeaders(n, end); action != types.HeaderContinue {
		return action
	}
	if s.req == nil || s.answered {
		return types.HeaderContinue
	}
	if err := s.readResponse(end); err != nil {
		return s.refuse("a response can't be read", err)
	}
	return s.run(response, dispatch.PhaseResponseHeaders)
}

// OnHttpRequestBody implements types.HttpContext.
func (s *stream) OnHttpRequestBody(size int, end bool) types.Action {
	return s.onData(request, size, end)
}

// OnHttpResponseBody implements types.HttpContext.
func (s *stream) OnHttpResponseBody(size int, end bool) types.Action {
	return s.onData(response, size, end)
}

// OnHttpRequestTrailers implements types.HttpContext.
func (s *stream) OnHttpRequestTrailers(int) types.Action { return s.onTrailers(request) }

// OnHttpResponseTrailers implements types.HttpContext.
func (s *stream) OnHttpResponseTrailers(int) types.Action { return s.onTrailers(response) }

// OnHttpStreamDone implements types.HttpContext.
func (s *stream) OnHttpStreamDone() {
	s.CommonHttpCtx.OnHttpStreamDone()
	if s.chain != nil {
		s.chain.release()
		s.chain = nil
	}
}

// run runs the handlers for a message until they wait or are through.
func (s *stream) run(d direction, phase dispatch.Phase) types.Action {
	side := &s.sides[d]
	side.active, side.inside = true, true
	scope := coroutine.Stream(s.id)
	outcome, action := scope.RunFor(phase, &handling{s, d}, s.chain.settings.timeout)
	side.inside = false
	switch outcome {
	case coroutine.Failed:
		return action
	case coroutine.Finished:
		return side.action
	}
	if !side.empty && (len(side.waits) > 0 || s.chain.settings.bodyAfterCalls) {
		return types.HeaderStopIteration // the body is to come
	}
	side.sealed = true
	return types.HeaderStopAllIterationAndWatermark
}

// handling is one run of the handlers for a message. It is a coroutine.Job.
type handling struct {
	s *stream
	d direction
}

// Run implements coroutine.Job.
func (h *handling) Run(ctx context.Context) {
	s, side := h.s, &h.s.sides[h.d]
	defer func() { side.active = false }()
	side.ctx = ctx
	if limit, ok := ctx.(*coroutine.Limit); ok {
		limit.Values = s.value
	}
	var a *answer
	if h.d == request {
		a = s.processRequest(ctx)
	} else {
		a = s.processResponse(ctx)
	}
	if ctx.Err() == context.Canceled {
		return // nobody is left to answer
	}
	side.action = s.finish(h.d, a)
}

// Late implements coroutine.Job: the message is held back, and goes on now.
func (h *handling) Late() {
	s, side := h.s, &h.s.sides[h.d]
	if side.inside || side.action != types.ActionContinue || dispatch.Current().Settled(s.id, abi.StreamType(h.d)) {
		return // the callback that runs returns the action; or there is nothing to resume
	}
	if err := resume(h.d); err != nil {
		s.refuse("a message can't go on", err)
	}
}

// value looks a value up in the context that the handlers have given the
// request. That can itself come from the handlers' context.
func (s *stream) value(key any) any {
	if s.asking || s.req == nil {
		return nil
	}
	s.asking = true
	defer func() { s.asking = false }()
	return s.req.Context().Value(key)
}
