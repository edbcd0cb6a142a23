package types

// Action is what a callback tells the host to do with the part of the stream
// that it has just been shown. Header callbacks (headers and trailers) and
// data callbacks read the same number differently, hence the two sets of
// names below; ActionContinue and ActionPause fit both.
type Action uint32

// Actions for any callback.
const (
	// ActionContinue passes what was shown on to the next filter.
	ActionContinue Action = 0
	// ActionPause holds it back until the plugin resumes the stream (see
	// proxywasm.ResumeHttpRequest and its twins) or answers it. In data
	// callbacks the host keeps buffering, and calls again with all data so far.
	ActionPause Action = 1
)

// Actions for header callbacks: Envoy's FilterHeadersStatus.
const (
	// HeaderContinue passes the headers on.
	HeaderContinue Action = 0
	// HeaderStopIteration holds the headers, but keeps showing this plugin the
	// body, so that headers can still be edited once the body is known. Stock
	// Envoy treats it as HeaderStopAllIterationAndWatermark unless the filter
	// sets allow_on_headers_stop_iteration.
	HeaderStopIteration Action = 1
	// HeaderContinueAndEndStream passes the headers on and drops the body.
	HeaderContinueAndEndStream Action = 2
	// HeaderStopAllIterationAndBuffer holds everything and buffers the body;
	// a request body over the host's limit is answered with 413.
	HeaderStopAllIterationAndBuffer Action = 3
	// HeaderStopAllIterationAndWatermark holds everything; a body over the
	// host's limit makes the host stop reading instead of failing.
	HeaderStopAllIterationAndWatermark Action = 4
)

// Actions for data callbacks: Envoy's FilterDataStatus.
const (
	// DataContinue passes the data on, and held headers with it.
	DataContinue Action = 0
	// DataStopIterationAndBuffer buffers the data; the next data callback sees
	// all of it. A request body over the host's limit is answered with 413.
	DataStopIterationAndBuffer Action = 1
	// DataStopIterationAndWatermark buffers the data; over the host's limit it
	// stops reading instead of failing.
	DataStopIterationAndWatermark Action = 2
	// DataStopIterationNoBuffer drops the data shown and goes on reading; the
	// plugin is expected to have kept what it needs.
	DataStopIterationNoBuffer Action = 3
)

// PeerType says which side closed a TCP connection.
type PeerType uint32

const (
	// PeerTypeUnknown is sent by hosts that don't know.
	PeerTypeUnknown PeerType = 0
	// PeerTypeLocal means the gateway closed it.
	PeerTypeLocal PeerType = 1
	// PeerTypeRemote means the other end closed it.
	PeerTypeRemote PeerType = 2
)

// OnVMStartStatus is the result of VMContext.OnVMStart.
type OnVMStartStatus bool

const (
	// OnVMStartStatusOK lets the VM start.
	OnVMStartStatusOK OnVMStartStatus = true
	// OnVMStartStatusFailed makes the host refuse the module.
	OnVMStartStatusFailed OnVMStartStatus = false
)

// OnPluginStartStatus is the result of PluginContext.OnPluginStart.
type OnPluginStartStatus bool

const (
	// OnPluginStartStatusOK lets the plugin start with its configuration.
	OnPluginStartStatusOK OnPluginStartStatus = true
	// OnPluginStartStatusFailed makes the host refuse the configuration.
	OnPluginStartStatusFailed OnPluginStartStatus = false
)
