package abi

// Host answers host functions in a native build: one method for each function
// of this package, with the same meaning. Strings and slices that it is given
// are the plugin's: copy what is kept. What it returns becomes the plugin's.
type Host interface {
	Log(level LogLevel, msg string) Status
	GetLogLevel() (LogLevel, Status)
	GetCurrentTime() (uint64, Status)
	SetTickPeriod(ms uint32) Status
	SetEffectiveContext(id uint32) Status
	Done() Status
	CallForeignFunction(name string, arg []byte) ([]byte, Status)
	GetHeaderMapValue(m MapType, name string) ([]byte, Status)
	AddHeaderMapValue(m MapType, name string, value string) Status
	ReplaceHeaderMapValue(m MapType, name string, value string) Status
	RemoveHeaderMapValue(m MapType, name string) Status
	GetHeaderMapPairs(m MapType) ([][2]string, Status)
	SetHeaderMapPairs(m MapType, pairs [][2]string) Status
	GetBufferBytes(b BufferType, start int32, size int32) ([]byte, Status)
	SetBufferBytes(b BufferType, start int32, size int32, data []byte) Status
	ContinueStream(s StreamType) Status
	CloseStream(s StreamType) Status
	SendLocalResponse(status uint32, detail string, body []byte, headers [][2]string, grpcStatus int32) Status
	HTTPCall(cluster string, headers [][2]string, body []byte, trailers [][2]string, timeoutMs uint32) (uint32, Status)
	GetProperty(path []string) ([]byte, Status)
	SetProperty(path []string, value []byte) Status
	GetSharedData(key string) ([]byte, uint32, Status)
	SetSharedData(key string, value []byte, cas uint32) Status
	RegisterSharedQueue(name string) (uint32, Status)
	ResolveSharedQueue(vmID string, name string) (uint32, Status)
	EnqueueSharedQueue(queue uint32, data []byte) Status
	DequeueSharedQueue(queue uint32) ([]byte, Status)
	DefineMetric(t MetricType, name string) (uint32, Status)
	IncrementMetric(id uint32, offset int64) Status
	RecordMetric(id uint32, value uint64) Status
	GetMetric(id uint32) (uint64, Status)
	RedisInit(cluster string, username string, password string, timeoutMs uint32) Status
	RedisCall(cluster string, query []byte) (uint32, Status)
	InjectEncodedData(data []byte, endStream bool) Status
	GetUpstreamHosts() ([][2]string, Status)
	SetUpstreamOverrideHost(address []byte) Status
}

// host is nil until a test starts one; a Wasm module never uses it.
var host Host

// SetHost makes h answer host functions, nil none, and returns the host before.
func SetHost(h Host) (before Host) {
	before, host = host, h
	return before
}
