package types

// DefaultVMContext implements VMContext with neutral answers, for embedding.
type DefaultVMContext struct{}

// OnVMStart accepts the VM.
func (*DefaultVMContext) OnVMStart(vmConfigurationSize int) OnVMStartStatus {
	return OnVMStartStatusOK
}

// NewPluginContext returns a plugin context that does nothing.
func (*DefaultVMContext) NewPluginContext(contextID uint32) PluginContext {
	return &DefaultPluginContext{}
}

// DefaultPluginContext implements PluginContext with neutral answers, for
// embedding.
type DefaultPluginContext struct{}

// OnQueueReady does nothing.
func (*DefaultPluginContext) OnQueueReady(uint32) {}

// OnTick does nothing.
func (*DefaultPluginContext) OnTick() {}

// OnPluginStart accepts any configuration.
func (*DefaultPluginContext) OnPluginStart(int) OnPluginStartStatus { return OnPluginStartStatusOK }

// OnPluginDone lets the host drop the plugin at once.
func (*DefaultPluginContext) OnPluginDone() bool { return true }

// NewTcpContext returns nil: not a TCP plugin.
func (*DefaultPluginContext) NewTcpContext(uint32) TcpContext { return nil }

// NewHttpContext returns nil: not an HTTP plugin.
func (*DefaultPluginContext) NewHttpContext(uint32) HttpContext { return nil }

// DefaultTcpContext implements TcpContext and lets everything pass, for
// embedding.
type DefaultTcpContext struct{}

// OnDownstreamData continues.
func (*DefaultTcpContext) OnDownstreamData(int, bool) Action { return ActionContinue }

// OnDownstreamClose does nothing.
func (*DefaultTcpContext) OnDownstreamClose(PeerType) {}

// OnNewConnection continues.
func (*DefaultTcpContext) OnNewConnection() Action { return ActionContinue }

// OnUpstreamData continues.
func (*DefaultTcpContext) OnUpstreamData(int, bool) Action { return ActionContinue }

// OnUpstreamClose does nothing.
func (*DefaultTcpContext) OnUpstreamClose(PeerType) {}

// OnStreamDone does nothing.
func (*DefaultTcpContext) OnStreamDone() {}

// DefaultHttpContext implements HttpContext and lets everything pass, for
// embedding.
type DefaultHttpContext struct{}

// OnHttpRequestHeaders continues.
func (*DefaultHttpContext) OnHttpRequestHeaders(int, bool) Action { return ActionContinue }

// OnHttpRequestBody continues.
func (*DefaultHttpContext) OnHttpRequestBody(int, bool) Action { return ActionContinue }

// OnHttpRequestTrailers continues.
func (*DefaultHttpContext) OnHttpRequestTrailers(int) Action { return ActionContinue }

// OnHttpResponseHeaders continues.
func (*DefaultHttpContext) OnHttpResponseHeaders(int, bool) Action { return ActionContinue }

// OnHttpResponseBody continues.
func (*DefaultHttpContext) OnHttpResponseBody(int, bool) Action { return ActionContinue }

// OnHttpResponseTrailers continues.
func (*DefaultHttpContext) OnHttpResponseTrailers(int) Action { return ActionContinue }

// OnHttpStreamDone does nothing.
func (*DefaultHttpContext) OnHttpStreamDone() {}

var (
	_ VMContext     = (*DefaultVMContext)(nil)
	_ PluginContext = (*DefaultPluginContext)(nil)
	_ TcpContext    = (*DefaultTcpContext)(nil)
	_ HttpContext   = (*DefaultHttpContext)(nil)
)
