package wrapper

import (
	"context"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/clock"
	"github.com/sluiceproxy/sluice/sdk/internal/coroutine"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Straight-line handlers may wait: in them, the functions of package sdk/call
// return their result instead of taking a callback, and the stream is held back
// meanwhile. ctx ends with the stream. What a handler returns is done once it
// returns; the documentation of sdk/call has the details. A plugin that
// registers none links nothing of this.
type (
	headersHandler[PluginConfig any] func(ctx context.Context, http HttpContext, config PluginConfig) types.Action
	bodyHandler[PluginConfig any]    func(ctx context.Context, http HttpContext, config PluginConfig, body []byte) types.Action
)

// HandleRequestHeaders is ProcessRequestHeaders for a straight-line handler.
// While it waits, the request is held back as a whole, with
// [types.HeaderStopAllIterationAndWatermark]; its headers can be read and
// changed as before.
func HandleRequestHeaders[PluginConfig any](f headersHandler[PluginConfig]) CtxOption[PluginConfig] {
	return handleHeaders(request, f)
}

// HandleRequestBody is ProcessRequestBody for a straight-line handler. While it
// waits, the whole body is with the host, where it can be replaced. The headers
// have left by then, unless the header callback returned
// [types.HeaderStopIteration].
func HandleRequestBody[PluginConfig any](f bodyHandler[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantRequestBody()
	return handleBody(request, f)
}

// HandleResponseHeaders is HandleRequestHeaders for the response.
func HandleResponseHeaders[PluginConfig any](f headersHandler[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantResponseHeaders()
	return handleHeaders(response, f)
}

// HandleResponseBody is HandleRequestBody for the response.
func HandleResponseBody[PluginConfig any](f bodyHandler[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantResponseBody()
	return handleBody(response, f)
}

func handleHeaders[C any](d direction, f headersHandler[C]) CtxOption[C] {
	if f == nil {
		return nil
	}
	handler := func(ctx context.Context, s *stream, _ []byte) types.Action {
		return f(ctx, contextOf[C](s), *s.config.(*C))
	}
	phase := [...]dispatch.Phase{dispatch.PhaseRequestHeaders, dispatch.PhaseResponseHeaders}[d]
	var batch []handling
	return option[C](func(vm *CommonVmCtx[C]) {
		vm.on.headers[d] = func(s *stream) types.Action {
			h := next(&batch)
			*h = handling{handler: handler, stream: s, direction: d, headers: true}
			return h.begin(phase, types.HeaderStopAllIterationAndWatermark)
		}
	})
}

func handleBody[C any](d direction, f bodyHandler[C]) CtxOption[C] {
	if f == nil {
		return nil
	}
	handler := func(ctx context.Context, s *stream, body []byte) types.Action {
		return f(ctx, contextOf[C](s), *s.config.(*C), body)
	}
	phase := [...]dispatch.Phase{dispatch.PhaseRequestBody, dispatch.PhaseResponseBody}[d]
	var batch []handling
	return option[C](func(vm *CommonVmCtx[C]) {
		dispatch.WatchBodies(clock.Now)
		vm.on.body[d] = func(s *stream, body []byte) types.Action {
			h := next(&batch)
			*h = handling{handler: handler, stream: s, direction: d, body: body}
			return h.begin(phase, types.DataStopIterationAndBuffer)
		}
	})
}

// handling is one run of a handler. It is a coroutine.Job.
type handling struct {
	handler   func(ctx context.Context, s *stream, body []byte) types.Action
	stream    *stream
	body      []byte
	direction direction
	headers   bool // it is a header handler
	action    types.Action
}

// begin runs the handler until it waits or returns. hold is the action that
// holds the stream back meanwhile.
func (h *handling) begin(phase dispatch.Phase, hold types.Action) types.Action {
	s := h.stream
	switch outcome, action := coroutine.Stream(s.id).Run(phase, h); outcome {
	case coroutine.Parked:
		return hold
	case coroutine.Failed:
		return action
	}
	if h.strands() {
		return h.refuse()
	}
	return h.action
}

// Run implements coroutine.Job.
func (h *handling) Run(ctx context.Context) {
	h.action = h.handler(ctx, h.stream, h.body)
	h.body = nil // the batch may live longer
}
