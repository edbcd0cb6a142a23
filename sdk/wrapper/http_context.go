package wrapper

// HttpContext is one HTTP exchange, request and response, as a plugin's
// callbacks see it. It is good until the stream is done and never used again
// for another one.
type HttpContext interface {
	// Scheme, Host, Path and Method return the request's :scheme, :authority
	// (with port), :path (with query) and :method, "" where the request has
	// none. They can be called in every phase and answer the same each time;
	// see the package's documentation for a plugin that changes them itself.
	Scheme() string
	Host() string
	Path() string
	Method() string

	// SetContext keeps a value for later callbacks of this stream.
	SetContext(key string, value interface{})
	// GetContext returns a value of SetContext, nil if there is none.
	GetContext(key string) interface{}
	// GetBoolContext and the next ones return defaultValue where there is no
	// value of that type. For numbers there is the function [GetIntContext].
	GetBoolContext(key string, defaultValue bool) bool
	GetStringContext(key, defaultValue string) string
	GetByteSliceContext(key string, defaultValue []byte) []byte

	// SetUserAttribute keeps a value for the Write methods below.
	SetUserAttribute(key string, value interface{})
	GetUserAttribute(key string) interface{}
	// SetUserAttributeMap replaces all attributes; the map is not copied.
	SetUserAttributeMap(kvmap map[string]interface{})
	GetUserAttributeMap() map[string]interface{}
	// WriteUserAttributeToLog is WriteUserAttributeToLogWithKey(CustomLogKey).
	WriteUserAttributeToLog() error
	// WriteUserAttributeToLogWithKey adds the attributes to the JSON object in
	// the property key, where an access log can print it: on Envoy as
	// %FILTER_STATE(wasm.<key>:PLAIN)%. It is written as the inside of a JSON
	// string. Attributes of the same name are replaced.
	WriteUserAttributeToLogWithKey(key string) error
	// WriteUserAttributeToTrace writes each attribute to the property
	// trace_span_tag.<name>; empty values are skipped with a warning.
	WriteUserAttributeToTrace() error

	// DontReadRequestBody lets the request body pass unseen from now on.
	DontReadRequestBody()
	DontReadResponseBody()
	// BufferRequestBody hands the body to ProcessRequestBody's handler, whole,
	// where ProcessStreamingRequestBody has one as well. Call it before the
	// first chunk.
	BufferRequestBody()
	BufferResponseBody()
	// NeedPauseStreamingResponse makes the streaming response handler's chunks
	// stay behind; the plugin sends data on with
	// proxywasm.InjectEncodedDataToFilterChain, which only some hosts have.
	NeedPauseStreamingResponse()
	// PushBuffer appends to a queue of buffers of this stream, PopBuffer takes
	// the first one off it, nil where it is empty.
	PushBuffer(buffer []byte)
	PopBuffer() []byte
	BufferQueueSize() int

	// DisableReroute asks a Higress gateway not to choose the route again when
	// headers change. Stock Envoy ignores it.
	DisableReroute()
	// SetRequestBodyBufferLimit asks a Higress gateway for another limit, in
	// bytes, of what it buffers. Stock Envoy ignores it.
	SetRequestBodyBufferLimit(byteSize uint32)
	SetResponseBodyBufferLimit(byteSize uint32)

	// RouteCall rewrites the request and hands its answer to callback before
	// the client gets it. It may only be called in the request body phase,
	// after the header callback has returned HeaderStopIteration. url is a path
	// or a whole URL; its host becomes :authority.
	RouteCall(method, url string, headers [][2]string, body []byte, callback RouteResponseCallback) error

	// GetExecutionPhase says which callback runs, or ran last. Those that the
	// plugin has no use for may not run at all.
	GetExecutionPhase() HTTPExecutionPhase
	// HasRequestBody reports whether a body or trailers follow the headers.
	HasRequestBody() bool
	HasResponseBody() bool
	// IsWebsocket reports whether the request asks for an upgrade to websocket.
	IsWebsocket() bool
	// IsBinaryRequestBody reports whether the body is octet-stream, gRPC, or
	// encoded in any way.
	IsBinaryRequestBody() bool
	IsBinaryResponseBody() bool
}

// PluginContext is one configuration of the plugin in a VM.
type PluginContext interface {
	// SetContext keeps a value as long as the configuration is in use.
	SetContext(key string, value interface{})
	// GetContext returns a value of SetContext, nil if there is none.
	GetContext(key string) interface{}
	// EnableRuleLevelConfigIsolation keeps a broken rule from refusing the whole
	// configuration: a rule that can't be parsed keeps the last good
	// configuration that the gateway's process has seen for the same match keys,
	// in this version or the one before, or is left out. Both are logged and
	// counted: sluice_rules_kept_last_good, sluice_rules_left_out. Call it in the
	// PrePluginStartOrReload hook. All rules broken is an error nevertheless, and
	// so is a rule without match keys. The requests of a rule that is left out get
	// the configuration behind it: without a global one, the plugin doesn't run
	// for them.
	EnableRuleLevelConfigIsolation()
	IsRuleLevelConfigIsolation() bool
	// GetFingerPrint returns a name that is the same in all VMs of this plugin
	// and differs from other plugins'.
	GetFingerPrint() string
	// DoLeaderElection tries to become the one VM, of all that run this plugin
	// in this gateway process, for which IsLeader is true; or to stay it. Call
	// it more often than once in 60 seconds, which is how long a lead lasts.
	DoLeaderElection()
	IsLeader() bool
}
