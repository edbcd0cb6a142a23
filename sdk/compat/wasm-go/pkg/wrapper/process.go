package wrapper

import (
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// ProcessRequestHeadersBy is [wrapper.ProcessRequestHeadersBy].
func ProcessRequestHeadersBy[PluginConfig any](f oldOnHttpHeadersFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ProcessRequestHeadersBy[PluginConfig](f)
}

// ProcessRequestHeaders is [wrapper.ProcessRequestHeaders].
func ProcessRequestHeaders[PluginConfig any](f onHttpHeadersFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ProcessRequestHeaders[PluginConfig](f)
}

// ProcessRequestBodyBy is [wrapper.ProcessRequestBodyBy].
func ProcessRequestBodyBy[PluginConfig any](f oldOnHttpBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ProcessRequestBodyBy[PluginConfig](f)
}

// ProcessRequestBody is [wrapper.ProcessRequestBody].
func ProcessRequestBody[PluginConfig any](f onHttpBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ProcessRequestBody[PluginConfig](f)
}

// ProcessStreamingRequestBodyBy is [wrapper.ProcessStreamingRequestBodyBy].
func ProcessStreamingRequestBodyBy[PluginConfig any](f oldOnHttpStreamingBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ProcessStreamingRequestBodyBy[PluginConfig](f)
}

// ProcessStreamingRequestBody is [wrapper.ProcessStreamingRequestBody].
func ProcessStreamingRequestBody[PluginConfig any](f onHttpStreamingBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ProcessStreamingRequestBody[PluginConfig](f)
}

// ProcessResponseHeadersBy is [wrapper.ProcessResponseHeadersBy].
func ProcessResponseHeadersBy[PluginConfig any](f oldOnHttpHeadersFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ProcessResponseHeadersBy[PluginConfig](f)
}

// ProcessResponseHeaders is [wrapper.ProcessResponseHeaders].
func ProcessResponseHeaders[PluginConfig any](f onHttpHeadersFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ProcessResponseHeaders[PluginConfig](f)
}

// ProcessResponseBodyBy is [wrapper.ProcessResponseBodyBy].
func ProcessResponseBodyBy[PluginConfig any](f oldOnHttpBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ProcessResponseBodyBy[PluginConfig](f)
}

// ProcessResponseBody is [wrapper.ProcessResponseBody].
func ProcessResponseBody[PluginConfig any](f onHttpBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ProcessResponseBody[PluginConfig](f)
}

// ProcessStreamingResponseBodyBy is [wrapper.ProcessStreamingResponseBodyBy].
func ProcessStreamingResponseBodyBy[PluginConfig any](f oldOnHttpStreamingBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ProcessStreamingResponseBodyBy[PluginConfig](f)
}

// ProcessStreamingResponseBody is [wrapper.ProcessStreamingResponseBody].
func ProcessStreamingResponseBody[PluginConfig any](f onHttpStreamingBodyFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ProcessStreamingResponseBody[PluginConfig](f)
}

// ProcessStreamDoneBy is [wrapper.ProcessStreamDoneBy].
func ProcessStreamDoneBy[PluginConfig any](f oldOnHttpStreamDoneFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ProcessStreamDoneBy[PluginConfig](f)
}

// ProcessStreamDone is [wrapper.ProcessStreamDone].
func ProcessStreamDone[PluginConfig any](f onHttpStreamDoneFunc[PluginConfig]) CtxOption[PluginConfig] {
	return wrapper.ProcessStreamDone[PluginConfig](f)
}
