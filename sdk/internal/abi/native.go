//go:build !wasip1

package abi

import "github.com/sluiceproxy/sluice/sdk/internal/mem"

// Log writes a line to the host's log.
func Log(level LogLevel, msg string) Status {
	if bundled && hook != nil {
		return hook.Log(level, msg)
	}
	if host == nil {
		return StatusNoHost
	}
	return host.Log(level, msg)
}

// GetLogLevel returns the least severe level that the host's log keeps.
func GetLogLevel() (LogLevel, Status) {
	if host == nil {
		return 0, StatusNoHost
	}
	return host.GetLogLevel()
}

// GetCurrentTime returns the host's time in nanoseconds since 1970.
func GetCurrentTime() (uint64, Status) {
	if host == nil {
		return 0, StatusNoHost
	}
	return host.GetCurrentTime()
}

// SetTickPeriod asks for OnTick every ms milliseconds; 0 stops it.
func SetTickPeriod(ms uint32) Status {
	if bundled && hook != nil {
		return hook.SetTickPeriod(ms)
	}
	if host == nil {
		return StatusNoHost
	}
	return host.SetTickPeriod(ms)
}

// SetEffectiveContext makes host functions act on another context for the rest of this callback.
func SetEffectiveContext(id uint32) Status {
	if bundled && hook != nil {
		return hook.SetEffectiveContext(id)
	}
	if host == nil {
		return StatusNoHost
	}
	return host.SetEffectiveContext(id)
}

// Done ends a deferred OnDone.
func Done() Status {
	if bundled && hook != nil {
		return hook.Done()
	}
	if host == nil {
		return StatusNoHost
	}
	return host.Done()
}

// CallForeignFunction calls a function that only some hosts have.
func CallForeignFunction(name string, arg []byte) ([]byte, Status) {
	if host == nil {
		return nil, StatusNoHost
	}
	return host.CallForeignFunction(name, arg)
}

// GetHeaderMapValue returns the first value of a header.
func GetHeaderMapValue(m MapType, name string) ([]byte, Status) {
	if st := mayUse(m); st != StatusOK {
		return nil, st
	}
	if host == nil {
		return nil, StatusNoHost
	}
	return host.GetHeaderMapValue(m, name)
}

// AddHeaderMapValue adds a value next to those already there.
func AddHeaderMapValue(m MapType, name string, value string) Status {
	if st := mayUse(m); st != StatusOK {
		return st
	}
	if host == nil {
		return StatusNoHost
	}
	return host.AddHeaderMapValue(m, name, value)
}

// ReplaceHeaderMapValue sets the only value of a header.
func ReplaceHeaderMapValue(m MapType, name string, value string) Status {
	if st := mayUse(m); st != StatusOK {
		return st
	}
	if host == nil {
		return StatusNoHost
	}
	return host.ReplaceHeaderMapValue(m, name, value)
}

// RemoveHeaderMapValue removes all values of a header.
func RemoveHeaderMapValue(m MapType, name string) Status {
	if st := mayUse(m); st != StatusOK {
		return st
	}
	if host == nil {
		return StatusNoHost
	}
	return host.RemoveHeaderMapValue(m, name)
}

// GetHeaderMapPairs returns all headers.
func GetHeaderMapPairs(m MapType) ([][2]string, Status) {
	if st := mayUse(m); st != StatusOK {
		return nil, st
	}
	if host == nil {
		return nil, StatusNoHost
	}
	return host.GetHeaderMapPairs(m)
}

// GetHeaderMapBytes returns all headers in the ABI's form, which few hosts of a
// native build have at hand.
func GetHeaderMapBytes(m MapType) ([]byte, Status) {
	if st := mayUse(m); st != StatusOK {
		return nil, st
	}
	if h, ok := host.(interface {
		GetHeaderMapBytes(m MapType) ([]byte, Status)
	}); ok {
		return h.GetHeaderMapBytes(m)
	}
	pairs, st := GetHeaderMapPairs(m)
	if st != StatusOK || len(pairs) == 0 {
		return nil, st
	}
	return mem.AppendPairs(make([]byte, 0, mem.PairsSize(pairs)), pairs), st
}

// SetHeaderMapPairs replaces all headers.
func SetHeaderMapPairs(m MapType, pairs [][2]string) Status {
	if st := mayUse(m); st != StatusOK {
		return st
	}
	if host == nil {
		return StatusNoHost
	}
	return host.SetHeaderMapPairs(m, pairs)
}

// GetBufferBytes reads part of a buffer.
func GetBufferBytes(b BufferType, start int32, size int32) ([]byte, Status) {
	if bundled && hook != nil {
		return hook.GetBufferBytes(b, start, size)
	}
	if host == nil {
		return nil, StatusNoHost
	}
	return host.GetBufferBytes(b, start, size)
}

// ReadBuffer is GetBufferBytes into the memory of into, where that is enough.
func ReadBuffer(b BufferType, start, size int32, into []byte) ([]byte, Status) {
	data, st := GetBufferBytes(b, start, size)
	if st == StatusOK && len(data) > 0 && len(data) <= cap(into) {
		data = append(into[:0], data...)
	}
	return data, st
}

// SetBufferBytes replaces size bytes from start on; start 0 and size 0 prepends, start at or behind the end appends.
func SetBufferBytes(b BufferType, start int32, size int32, data []byte) Status {
	if bundled && hook != nil {
		return hook.SetBufferBytes(b, start, size, data)
	}
	if host == nil {
		return StatusNoHost
	}
	return host.SetBufferBytes(b, start, size, data)
}

// ContinueStream resumes a paused stream.
func ContinueStream(s StreamType) Status {
	if bundled && hook != nil {
		return hook.ContinueStream(s)
	}
	if host == nil {
		return StatusNoHost
	}
	return host.ContinueStream(s)
}

// CloseStream resets a stream or closes a connection.
func CloseStream(s StreamType) Status {
	if bundled && hook != nil {
		return hook.CloseStream(s)
	}
	if host == nil {
		return StatusNoHost
	}
	return host.CloseStream(s)
}

// SendLocalResponse answers the request; grpcStatus -1 lets the host choose.
func SendLocalResponse(status uint32, detail string, body []byte, headers [][2]string, grpcStatus int32) Status {
	if bundled && hook != nil {
		return hook.SendLocalResponse(status, detail, body, headers, grpcStatus)
	}
	if host == nil {
		return StatusNoHost
	}
	return host.SendLocalResponse(status, detail, body, headers, grpcStatus)
}

// HTTPCall starts an HTTP callout and returns its token.
func HTTPCall(cluster string, headers [][2]string, body []byte, trailers [][2]string, timeoutMs uint32) (uint32, Status) {
	if host == nil {
		return 0, StatusNoHost
	}
	return host.HTTPCall(cluster, headers, body, trailers, timeoutMs)
}

// GetProperty returns a property of the stream, connection, node or plugin.
func GetProperty(path []string) ([]byte, Status) {
	if bundled && hook != nil {
		return hook.GetProperty(path)
	}
	if host == nil {
		return nil, StatusNoHost
	}
	return host.GetProperty(path)
}

// SetProperty sets a property.
func SetProperty(path []string, value []byte) Status {
	if host == nil {
		return StatusNoHost
	}
	return host.SetProperty(path, value)
}

// GetSharedData returns a shared value and its compare-and-set number.
func GetSharedData(key string) ([]byte, uint32, Status) {
	if bundled && hook != nil {
		return hook.GetSharedData(key)
	}
	if host == nil {
		return nil, 0, StatusNoHost
	}
	return host.GetSharedData(key)
}

// SetSharedData sets a shared value; cas 0 sets it unconditionally.
func SetSharedData(key string, value []byte, cas uint32) Status {
	if bundled && hook != nil {
		return hook.SetSharedData(key, value, cas)
	}
	if host == nil {
		return StatusNoHost
	}
	return host.SetSharedData(key, value, cas)
}

// RegisterSharedQueue makes a queue, or finds it, and returns its id.
func RegisterSharedQueue(name string) (uint32, Status) {
	if bundled && hook != nil {
		return hook.RegisterSharedQueue(name)
	}
	if host == nil {
		return 0, StatusNoHost
	}
	return host.RegisterSharedQueue(name)
}

// ResolveSharedQueue returns the id of another VM's queue.
func ResolveSharedQueue(vmID string, name string) (uint32, Status) {
	if bundled && hook != nil {
		return hook.ResolveSharedQueue(vmID, name)
	}
	if host == nil {
		return 0, StatusNoHost
	}
	return host.ResolveSharedQueue(vmID, name)
}

// EnqueueSharedQueue appends to a queue.
func EnqueueSharedQueue(queue uint32, data []byte) Status {
	if host == nil {
		return StatusNoHost
	}
	return host.EnqueueSharedQueue(queue, data)
}

// DequeueSharedQueue takes the first element off a queue.
func DequeueSharedQueue(queue uint32) ([]byte, Status) {
	if host == nil {
		return nil, StatusNoHost
	}
	return host.DequeueSharedQueue(queue)
}

// DefineMetric makes a metric, or finds it, and returns its id.
func DefineMetric(t MetricType, name string) (uint32, Status) {
	if host == nil {
		return 0, StatusNoHost
	}
	return host.DefineMetric(t, name)
}

// IncrementMetric adds to a counter or gauge.
func IncrementMetric(id uint32, offset int64) Status {
	if host == nil {
		return StatusNoHost
	}
	return host.IncrementMetric(id, offset)
}

// RecordMetric sets a gauge or records a histogram's sample.
func RecordMetric(id uint32, value uint64) Status {
	if host == nil {
		return StatusNoHost
	}
	return host.RecordMetric(id, value)
}

// GetMetric returns a counter's or gauge's value.
func GetMetric(id uint32) (uint64, Status) {
	if host == nil {
		return 0, StatusNoHost
	}
	return host.GetMetric(id)
}

// RedisInit prepares Redis calls to a cluster. Only Higress and this project's host have it.
func RedisInit(cluster string, username string, password string, timeoutMs uint32) Status {
	if host == nil {
		return StatusNoHost
	}
	return host.RedisInit(cluster, username, password, timeoutMs)
}

// RedisCall sends a RESP query and returns its token. Only Higress and this project's host have it.
func RedisCall(cluster string, query []byte) (uint32, Status) {
	if host == nil {
		return 0, StatusNoHost
	}
	return host.RedisCall(cluster, query)
}

// InjectEncodedData sends response data on. Only Higress and this project's host have it.
func InjectEncodedData(data []byte, endStream bool) Status {
	if bundled && hook != nil {
		return hook.InjectEncodedData(data, endStream)
	}
	if host == nil {
		return StatusNoHost
	}
	return host.InjectEncodedData(data, endStream)
}

// GetUpstreamHosts returns the hosts of the route's cluster. Only Higress and this project's host have it.
func GetUpstreamHosts() ([][2]string, Status) {
	if host == nil {
		return nil, StatusNoHost
	}
	return host.GetUpstreamHosts()
}

// SetUpstreamOverrideHost picks the upstream host. Only Higress and this project's host have it.
func SetUpstreamOverrideHost(address []byte) Status {
	if host == nil {
		return StatusNoHost
	}
	return host.SetUpstreamOverrideHost(address)
}
