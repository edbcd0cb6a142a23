package wrapper

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/clock"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// ProcessRequestHeaders runs f when the request headers have arrived.
func ProcessRequestHeaders[PluginConfig any](f onHttpHeadersFunc[PluginConfig]) CtxOption[PluginConfig] {
	return onHeaders(request, f)
}

// ProcessRequestHeadersBy is ProcessRequestHeaders for an f that takes a logger.
func ProcessRequestHeadersBy[PluginConfig any](f oldOnHttpHeadersFunc[PluginConfig]) CtxOption[PluginConfig] {
	return onHeadersBy(request, f)
}

// ProcessResponseHeaders runs f when the response headers have arrived, from
// upstream or as another plugin's answer.
func ProcessResponseHeaders[PluginConfig any](f onHttpHeadersFunc[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantResponseHeaders()
	return onHeaders(response, f)
}

// ProcessResponseHeadersBy is ProcessResponseHeaders for an f that takes a
// logger.
func ProcessResponseHeadersBy[PluginConfig any](f oldOnHttpHeadersFunc[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantResponseHeaders()
	return onHeadersBy(response, f)
}

// ProcessRequestBody runs f once, with the whole request body. The host limits
// how much that can be, and answers 413 beyond it.
func ProcessRequestBody[PluginConfig any](f onHttpBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantRequestBody()
	return onBody(request, f)
}

// ProcessRequestBodyBy is ProcessRequestBody for an f that takes a logger.
func ProcessRequestBodyBy[PluginConfig any](f oldOnHttpBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantRequestBody()
	return onBodyBy(request, f)
}

// ProcessResponseBody runs f once, with the whole response body.
func ProcessResponseBody[PluginConfig any](f onHttpBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantResponseBody()
	return onBody(response, f)
}

// ProcessResponseBodyBy is ProcessResponseBody for an f that takes a logger.
func ProcessResponseBodyBy[PluginConfig any](f oldOnHttpBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantResponseBody()
	return onBodyBy(response, f)
}

// ProcessStreamingRequestBody runs f for each part of the request body as it
// comes. What f returns takes the part's place; nothing drops it. Where the body
// ends in trailers, or with an empty part, the last call has an empty chunk.
func ProcessStreamingRequestBody[PluginConfig any](f onHttpStreamingBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantRequestBody()
	return onChunk(request, f)
}

// ProcessStreamingRequestBodyBy is ProcessStreamingRequestBody for an f that
// takes a logger.
func ProcessStreamingRequestBodyBy[PluginConfig any](f oldOnHttpStreamingBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantRequestBody()
	return onChunkBy(request, f)
}

// ProcessStreamingResponseBody is ProcessStreamingRequestBody for the response.
func ProcessStreamingResponseBody[PluginConfig any](f onHttpStreamingBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantResponseBody()
	return onChunk(response, f)
}

// ProcessStreamingResponseBodyBy is ProcessStreamingResponseBody for an f that
// takes a logger.
func ProcessStreamingResponseBodyBy[PluginConfig any](f oldOnHttpStreamingBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantResponseBody()
	return onChunkBy(response, f)
}

// ProcessStreamDone runs f last, when the exchange is over.
func ProcessStreamDone[PluginConfig any](f onHttpStreamDoneFunc[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantLog()
	abi.WantResponseHeaders() // f may ask HasResponseBody
	if f == nil {
		return nil
	}
	return option[PluginConfig](func(vm *CommonVmCtx[PluginConfig]) {
		vm.on.done = func(s *stream) { f(contextOf[PluginConfig](s), *s.config.(*PluginConfig)) }
	})
}

// ProcessStreamDoneBy is ProcessStreamDone for an f that takes a logger.
func ProcessStreamDoneBy[PluginConfig any](f oldOnHttpStreamDoneFunc[PluginConfig]) CtxOption[PluginConfig] {
	return by(func(l *log.Log) CtxOption[PluginConfig] {
		return ProcessStreamDone(func(ctx HttpContext, c PluginConfig) { f(ctx, c, *l) })
	})
}

func onHeaders[C any](d direction, f onHttpHeadersFunc[C]) CtxOption[C] {
	if f == nil {
		return nil
	}
	return option[C](func(vm *CommonVmCtx[C]) {
		vm.on.headers[d] = func(s *stream) types.Action { return f(contextOf[C](s), *s.config.(*C)) }
	})
}

func onHeadersBy[C any](d direction, f oldOnHttpHeadersFunc[C]) CtxOption[C] {
	return by(func(l *log.Log) CtxOption[C] {
		return onHeaders(d, func(ctx HttpContext, c C) types.Action { return f(ctx, c, *l) })
	})
}

func onBody[C any](d direction, f onHttpBodyFunc[C]) CtxOption[C] {
	if f == nil {
		return nil
	}
	return option[C](func(vm *CommonVmCtx[C]) {
		dispatch.WatchBodies(clock.Now)
		vm.on.body[d] = func(s *stream, body []byte) types.Action { return f(contextOf[C](s), *s.config.(*C), body) }
	})
}

func onBodyBy[C any](d direction, f oldOnHttpBodyFunc[C]) CtxOption[C] {
	return by(func(l *log.Log) CtxOption[C] {
		return onBody(d, func(ctx HttpContext, c C, body []byte) types.Action { return f(ctx, c, body, *l) })
	})
}

func onChunk[C any](d direction, f onHttpStreamingBodyFunc[C]) CtxOption[C] {
	if f == nil {
		return nil
	}
	return option[C](func(vm *CommonVmCtx[C]) {
		dispatch.WatchBodies(clock.Now)
		vm.on.chunk[d] = func(s *stream, chunk []byte, last bool) []byte {
			return f(contextOf[C](s), *s.config.(*C), chunk, last)
		}
	})
}

func onChunkBy[C any](d direction, f oldOnHttpStreamingBodyFunc[C]) CtxOption[C] {
	return by(func(l *log.Log) CtxOption[C] {
		return onChunk(d, func(ctx HttpContext, c C, chunk []byte, last bool) []byte { return f(ctx, c, chunk, last, *l) })
	})
}
