package wrapper

import "github.com/sluiceproxy/sluice/sdk/log"

// Log is what callbacks of the …By forms are given.
type Log = log.Log

// DefaultLog is the logger that SetCtx installs.
type DefaultLog = log.Logger

// LogLevel is the severity of a log line.
type LogLevel = log.Level

// Log levels, from the least severe.
const (
	LogLevelTrace    = log.LevelTrace
	LogLevelDebug    = log.LevelDebug
	LogLevelInfo     = log.LevelInfo
	LogLevelWarn     = log.LevelWarn
	LogLevelError    = log.LevelError
	LogLevelCritical = log.LevelCritical
)

// Names that other parts of a gateway know.
const (
	// CustomLogKey is the property that WriteUserAttributeToLog writes.
	CustomLogKey = "custom_log"
	// AILogKey is the property of AI plugins' log attributes.
	AILogKey = "ai_log"
	// TraceSpanTagPrefix is what the properties of WriteUserAttributeToTrace
	// begin with.
	TraceSpanTagPrefix = "trace_span_tag."
	// PluginIDKey is the configuration key that names a plugin's instance in
	// its log lines. The plugin itself never sees it.
	PluginIDKey = "_plugin_id_"
	// VMLeaseKeyPrefix is what the shared data key of a leader's lease begins
	// with, see PluginContext.DoLeaderElection.
	VMLeaseKeyPrefix = "higress_wasm_vm_lease"
	// ConfigStoreLeaderKey is reserved.
	ConfigStoreLeaderKey = "config_store"
)

// HTTPExecutionPhase says which callback of a stream runs.
type HTTPExecutionPhase int

// Phases of a stream.
const (
	DecodeHeader HTTPExecutionPhase = iota
	DecodeData
	EncodeHeader
	EncodeData
	Done
)

// RouteResponseCallback is given the answer to HttpContext.RouteCall. The
// headers are those that the client would get.
type RouteResponseCallback func(statusCode int, responseHeaders [][2]string, responseBody []byte)
