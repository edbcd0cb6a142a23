package host

import "strconv"

// LogLevel is the severity of a log line, in the numbers of the ABI.
type LogLevel uint32

// The log levels, least severe first.
const (
	LogTrace    LogLevel = 0
	LogDebug    LogLevel = 1
	LogInfo     LogLevel = 2
	LogWarn     LogLevel = 3
	LogError    LogLevel = 4
	LogCritical LogLevel = 5
)

var levelNames = [...]string{"trace", "debug", "info", "warn", "error", "critical"}

// String returns the level as Envoy's command line spells it.
func (l LogLevel) String() string {
	if int(l) < len(levelNames) {
		return levelNames[l]
	}
	return "level " + strconv.FormatUint(uint64(l), 10)
}

// MapType selects one of the header maps that a host call works on.
type MapType uint32

// The header maps of the ABI. The first four belong to an HTTPStream; the
// others belong to a callout's answer and are kept by the host itself.
const (
	MapRequestHeaders       MapType = 0
	MapRequestTrailers      MapType = 1
	MapResponseHeaders      MapType = 2
	MapResponseTrailers     MapType = 3
	MapGRPCInitialMetadata  MapType = 4
	MapGRPCTrailingMetadata MapType = 5
	MapCallResponseHeaders  MapType = 6
	MapCallResponseTrailers MapType = 7
	mapTypeMax              MapType = 7
)

// BufferType selects one of the buffers that a host call works on.
type BufferType uint32

// The buffers of the ABI. The first two belong to an HTTPStream, the next two
// to a TCPStream; the others are kept by the host itself.
const (
	BufferRequestBody       BufferType = 0
	BufferResponseBody      BufferType = 1
	BufferDownstreamData    BufferType = 2
	BufferUpstreamData      BufferType = 3
	BufferCallResponse      BufferType = 4
	BufferGRPCReceive       BufferType = 5
	BufferVMConfig          BufferType = 6
	BufferPluginConfig      BufferType = 7
	BufferCallData          BufferType = 8
	BufferRedisCallResponse BufferType = 9 // Higress only
	bufferTypeMax           BufferType = 9
)

// Direction is the stream type of proxy_continue_stream and
// proxy_close_stream.
type Direction uint32

// The directions of the ABI: two for HTTP, two for TCP.
const (
	DirectionRequest    Direction = 0
	DirectionResponse   Direction = 1
	DirectionDownstream Direction = 2
	DirectionUpstream   Direction = 3
	directionMax        Direction = 3
)

// Action is what a callback answered. Header and data callbacks share the
// numbers 0 and 1 and differ above, as in the ABI.
type Action uint32

// The answers of header callbacks (OnRequestHeaders, OnResponseHeaders).
const (
	// HeadersContinue passes the headers on.
	HeadersContinue Action = 0
	// HeadersStop holds the headers back; the body callbacks still run.
	HeadersStop Action = 1
	// HeadersContinueAndEnd passes the headers on as if nothing followed.
	HeadersContinueAndEnd Action = 2
	// HeadersStopAllAndBuffer holds everything back and buffers the body, with
	// an error (413 or 500) above the limit.
	HeadersStopAllAndBuffer Action = 3
	// HeadersStopAllAndWatermark holds everything back and stops reading at
	// the limit.
	HeadersStopAllAndWatermark Action = 4
)

// The answers of body callbacks (OnRequestBody, OnResponseBody).
const (
	// DataContinue passes on what is buffered and this chunk.
	DataContinue Action = 0
	// DataStopAndBuffer keeps the chunk, with an error above the limit.
	DataStopAndBuffer Action = 1
	// DataStopAndWatermark keeps the chunk and stops reading at the limit.
	DataStopAndWatermark Action = 2
	// DataStopNoBuffer drops the chunk unless the plugin injects it later.
	DataStopNoBuffer Action = 3
)

// The answers of trailer callbacks and of TCP callbacks.
const (
	ActionContinue Action = 0
	ActionStop     Action = 1
)

// PeerType says who closed a TCP connection.
type PeerType uint32

// The peers that the ABI knows.
const (
	PeerUnknown PeerType = 0
	PeerLocal   PeerType = 1
	PeerRemote  PeerType = 2
)
