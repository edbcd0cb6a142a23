package emulator

import "github.com/sluiceproxy/sluice/sdk/proxywasm/types"

// PluginContextID is the id of the only plugin context.
const PluginContextID uint32 = 1

// HostEmulator is a host as a test sees it: methods that call the plugin, and
// methods that show what it has done. An id of a context that doesn't exist is
// an error of the test: such methods do nothing and return zero values.
type HostEmulator interface {
	// StartVM, StartPlugin and FinishVM run OnVMStart, OnPluginStart and
	// OnPluginDone.
	StartVM() types.OnVMStartStatus
	StartPlugin() types.OnPluginStartStatus
	FinishVM() bool
	// GetCalloutAttributesFromContext returns the HTTP callouts of a context
	// that wait for an answer; CallOnHttpCallResponse answers one. The next two
	// are their twins for Redis.
	GetCalloutAttributesFromContext(contextID uint32) []HttpCalloutAttribute
	CallOnHttpCallResponse(calloutID uint32, headers [][2]string, trailers [][2]string, body []byte)
	GetRedisCalloutAttributesFromContext(contextID uint32) []RedisCalloutAttribute
	CallOnRedisCallResponse(calloutID uint32, status int32, response []byte)
	// GetCounterMetric and its twins return a metric, or an error where the
	// plugin has defined none of that name and kind.
	GetCounterMetric(name string) (uint64, error)
	GetGaugeMetric(name string) (uint64, error)
	GetHistogramMetric(name string) (uint64, error)
	// GetTraceLogs and its twins return the lines that were logged at a level.
	GetTraceLogs() []string
	GetDebugLogs() []string
	GetInfoLogs() []string
	GetWarnLogs() []string
	GetErrorLogs() []string
	GetCriticalLogs() []string
	// GetTickPeriod is in milliseconds. Tick runs OnTick.
	GetTickPeriod() uint32
	Tick()
	// GetQueueSize returns the number of elements in a shared queue.
	GetQueueSize(queueID uint32) int
	// RegisterForeignFunction makes a foreign function known to the plugin.
	RegisterForeignFunction(name string, f func([]byte) []byte)
	// InitializeConnection opens a TCP connection; CompleteConnection ends it.
	InitializeConnection() (contextID uint32, action types.Action)
	CallOnUpstreamData(contextID uint32, data []byte) types.Action
	CallOnDownstreamData(contextID uint32, data []byte) types.Action
	CloseUpstreamConnection(contextID uint32)
	CloseDownstreamConnection(contextID uint32)
	CompleteConnection(contextID uint32)
	// InitializeHttpContext begins an HTTP exchange; CompleteHttpContext ends it.
	// The methods between run one callback each and return its action.
	InitializeHttpContext() (contextID uint32)
	CallOnResponseHeaders(contextID uint32, headers [][2]string, endOfStream bool) types.Action
	CallOnResponseBody(contextID uint32, body []byte, endOfStream bool) types.Action
	CallOnResponseTrailers(contextID uint32, trailers [][2]string) types.Action
	CallOnRequestHeaders(contextID uint32, headers [][2]string, endOfStream bool) types.Action
	CallOnRequestTrailers(contextID uint32, trailers [][2]string) types.Action
	CallOnRequestBody(contextID uint32, body []byte, endOfStream bool) types.Action
	CompleteHttpContext(contextID uint32)
	// GetCurrentHttpStreamAction returns the action of the last callback,
	// ActionContinue after the plugin has resumed the stream.
	GetCurrentHttpStreamAction(contextID uint32) types.Action
	GetCurrentRequestHeaders(contextID uint32) [][2]string
	GetCurrentResponseHeaders(contextID uint32) [][2]string
	GetCurrentRequestBody(contextID uint32) []byte
	GetCurrentResponseBody(contextID uint32) []byte
	// GetSentLocalResponse returns the plugin's own answer, nil where it gave
	// none.
	GetSentLocalResponse(contextID uint32) *LocalHttpResponse
	// GetProperty and SetProperty read and write properties, which are the same
	// for all contexts.
	GetProperty(path []string) ([]byte, error)
	SetProperty(path []string, data []byte) error
	// SetHttpRequestHeaders sets the request headers without a callback.
	SetHttpRequestHeaders(contextID uint32, headers [][2]string)
}
