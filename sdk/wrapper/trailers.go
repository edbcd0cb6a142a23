package wrapper

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// onHttpTrailersFunc is a callback for trailers.
type onHttpTrailersFunc[PluginConfig any] func(ctx HttpContext, config PluginConfig) types.Action

// ProcessRequestTrailers runs f when the request ends in trailers, after the
// body's handler; a request without trailers passes without it. f reads and
// changes them with proxywasm.GetHttpRequestTrailers and its neighbours.
// types.ActionPause holds the request, together with what is left of its body,
// until it is resumed.
func ProcessRequestTrailers[PluginConfig any](f onHttpTrailersFunc[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantRequestTrailers()
	return onTrailers(request, f)
}

// ProcessResponseTrailers is ProcessRequestTrailers for the response, such as
// the grpc-status that a gRPC server sends.
func ProcessResponseTrailers[PluginConfig any](f onHttpTrailersFunc[PluginConfig]) CtxOption[PluginConfig] {
	abi.WantResponseTrailers()
	return onTrailers(response, f)
}

func onTrailers[C any](d direction, f onHttpTrailersFunc[C]) CtxOption[C] {
	if f == nil {
		return nil
	}
	return option[C](func(vm *CommonVmCtx[C]) {
		vm.on.trailers[d] = func(s *stream) types.Action { return f(contextOf[C](s), *s.config.(*C)) }
	})
}

// endTrailers ends the body, and hands over the trailers unless its handler has
// answered the request. What either of the two holds back is held back.
func (s *stream) endTrailers(d direction) types.Action {
	action := s.onTrailers(d)
	h := s.plugin.vm.on.trailers[d]
	if h == nil || s.config == nil || dispatch.Current().Answered() {
		return action
	}
	if h(s) != types.ActionContinue {
		return types.ActionPause
	}
	return action
}
