// Package types holds what a plugin and a host exchange: the contexts that a
// plugin implements, the actions that its callbacks return, and one named
// error for every status that a host can answer with.
//
// Names, numbers and messages are those of the field's Go SDKs for the
// Proxy-Wasm ABI 0.2.1, so existing plugins compile unchanged.
package types

// VMContext is the entry point of a module: one per Wasm VM. Register it with
// proxywasm.SetVMContext from main's init function.
//
// Embed DefaultVMContext to implement only what is needed; the same holds for
// the other contexts.
type VMContext interface {
	// OnVMStart runs once after the module was loaded. The size is that of the
	// VM configuration in bytes, see proxywasm.GetVMConfiguration.
	OnVMStart(vmConfigurationSize int) OnVMStartStatus
	// NewPluginContext makes the context of one plugin configuration. A VM can
	// host several at the same time.
	NewPluginContext(contextID uint32) PluginContext
}

// PluginContext is one plugin configuration in a VM, alive until the host
// drops or replaces that configuration.
type PluginContext interface {
	// OnPluginStart runs once with the size of the plugin configuration in
	// bytes, see proxywasm.GetPluginConfiguration.
	OnPluginStart(pluginConfigurationSize int) OnPluginStartStatus
	// OnPluginDone runs when the host is about to drop the plugin. Returning
	// false defers that until proxywasm.PluginDone is called.
	OnPluginDone() bool
	// OnQueueReady runs when data is waiting in a shared queue that this
	// plugin registered.
	OnQueueReady(queueID uint32)
	// OnTick runs at the period set with proxywasm.SetTickPeriodMilliSeconds.
	OnTick()
	// NewTcpContext makes the context of one TCP connection; nil where the
	// plugin is not for TCP.
	NewTcpContext(contextID uint32) TcpContext
	// NewHttpContext makes the context of one HTTP exchange; nil where the
	// plugin is not for HTTP. It is asked first.
	NewHttpContext(contextID uint32) HttpContext
}

// TcpContext is one TCP connection.
type TcpContext interface {
	// OnNewConnection runs when the client has connected.
	OnNewConnection() Action
	// OnDownstreamData runs when data from the client has arrived. dataSize is
	// the number of bytes that proxywasm.GetDownstreamData can read.
	OnDownstreamData(dataSize int, endOfStream bool) Action
	// OnDownstreamClose runs when the client's connection is closed.
	OnDownstreamClose(peerType PeerType)
	// OnUpstreamData runs when data from the upstream has arrived. dataSize is
	// the number of bytes that proxywasm.GetUpstreamData can read.
	OnUpstreamData(dataSize int, endOfStream bool) Action
	// OnUpstreamClose runs when the upstream's connection is closed.
	OnUpstreamClose(peerType PeerType)
	// OnStreamDone runs once, last.
	OnStreamDone()
}

// HttpContext is one HTTP exchange, request and response.
type HttpContext interface {
	// OnHttpRequestHeaders runs when the request headers have arrived.
	// endOfStream says that no body or trailers follow.
	OnHttpRequestHeaders(numHeaders int, endOfStream bool) Action
	// OnHttpRequestBody runs for each part of the request body. bodySize is the
	// number of bytes that proxywasm.GetHttpRequestBody can read now: the part,
	// or all that was buffered so far if earlier parts were held back.
	OnHttpRequestBody(bodySize int, endOfStream bool) Action
	// OnHttpRequestTrailers runs when request trailers have arrived.
	OnHttpRequestTrailers(numTrailers int) Action
	// OnHttpResponseHeaders runs when the response headers have arrived, from
	// upstream or as a local reply.
	OnHttpResponseHeaders(numHeaders int, endOfStream bool) Action
	// OnHttpResponseBody is OnHttpRequestBody's twin for the response.
	OnHttpResponseBody(bodySize int, endOfStream bool) Action
	// OnHttpResponseTrailers runs when response trailers have arrived.
	OnHttpResponseTrailers(numTrailers int) Action
	// OnHttpStreamDone runs once, last, when the exchange is logged.
	OnHttpStreamDone()
}

// PluginContextFactory makes plugin contexts.
type PluginContextFactory func(contextID uint32) PluginContext

// HttpContextFactory makes HTTP contexts.
type HttpContextFactory func(contextID uint32) HttpContext

// TcpContextFactory makes TCP contexts.
type TcpContextFactory func(contextID uint32) TcpContext

// ForeignFunctionContext is for plugin contexts that take calls from a
// foreign function of the host; implementing it is optional.
type ForeignFunctionContext interface {
	// OnForeignFunction runs with the number that the host's function was given
	// and the size in bytes of what proxywasm.GetForeignFunctionData can read.
	OnForeignFunction(functionID uint32, dataSize int)
}
