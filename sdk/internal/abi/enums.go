// Package abi is the Proxy-Wasm ABI 0.2.1 in Go types: the functions that a
// host offers (one Go function each) and the callbacks that a module exports
// (the Guest interface).
//
// Built for wasip1, host functions are imports of module "env" and callbacks
// are exports. The linker keeps an import only where its Go function is
// reachable, so a plugin never asks a host for functions that it doesn't use.
// Built natively, the same functions go to the Host set with SetHost.
package abi

// Status is the result of a host function.
type Status uint32

// Statuses of the ABI (proxy_status_t in the specification, WasmResult in
// proxy-wasm-cpp-host).
const (
	StatusOK                  Status = 0
	StatusNotFound            Status = 1
	StatusBadArgument         Status = 2
	StatusSerialization       Status = 3
	StatusParseFailure        Status = 4
	StatusBadExpression       Status = 5
	StatusInvalidMemoryAccess Status = 6
	StatusEmpty               Status = 7
	StatusCasMismatch         Status = 8
	StatusResultMismatch      Status = 9
	StatusInternalFailure     Status = 10
	StatusBrokenConnection    Status = 11
	StatusUnimplemented       Status = 12
)

// Statuses that this package itself returns.
const (
	// StatusMalformed: the host's result can't be read within its own length.
	StatusMalformed Status = 1<<31 + iota
	// StatusNoHost: native build without SetHost.
	StatusNoHost
)

// MapType selects a header map.
type MapType uint32

// Header maps.
const (
	MapRequestHeaders       MapType = 0
	MapRequestTrailers      MapType = 1
	MapResponseHeaders      MapType = 2
	MapResponseTrailers     MapType = 3
	MapHTTPResponseHeaders  MapType = 6
	MapHTTPResponseTrailers MapType = 7
)

// BufferType selects a buffer.
type BufferType uint32

// Buffers. BufferRedisResponse is Higress' addition.
const (
	BufferRequestBody   BufferType = 0
	BufferResponseBody  BufferType = 1
	BufferDownstream    BufferType = 2
	BufferUpstream      BufferType = 3
	BufferHTTPResponse  BufferType = 4
	BufferVMConfig      BufferType = 6
	BufferPluginConfig  BufferType = 7
	BufferForeignCall   BufferType = 8
	BufferRedisResponse BufferType = 9
)

// BufferEnd is, as a start, behind the last byte of any buffer and, as a
// length, to its end.
const BufferEnd int32 = 1<<31 - 1

// StreamType selects a direction of an HTTP exchange or TCP connection.
type StreamType uint32

// Streams.
const (
	StreamRequest    StreamType = 0
	StreamResponse   StreamType = 1
	StreamDownstream StreamType = 2
	StreamUpstream   StreamType = 3
)

// LogLevel is the severity of a log line; 6 (max) means that nothing is logged.
type LogLevel uint32

// Log levels.
const (
	LogTrace    LogLevel = 0
	LogDebug    LogLevel = 1
	LogInfo     LogLevel = 2
	LogWarn     LogLevel = 3
	LogError    LogLevel = 4
	LogCritical LogLevel = 5
)

// MetricType is the kind of a metric.
type MetricType uint32

// Metric kinds.
const (
	MetricCounter   MetricType = 0
	MetricGauge     MetricType = 1
	MetricHistogram MetricType = 2
)
