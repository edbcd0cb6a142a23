//go:build wasip1

package abi

import "github.com/sluiceproxy/sluice/sdk/internal/mem"

// Log writes a line to the host's log.
func Log(level LogLevel, msg string) Status {
	if bundled && hook != nil {
		return hook.Log(level, msg)
	}
	return proxyLog(level, msg)
}

// GetLogLevel returns the least severe level that the host's log keeps.
func GetLogLevel() (LogLevel, Status) {
	st := proxyGetLogLevel(&ret.number)
	return LogLevel(ret.number), st
}

// GetCurrentTime returns the host's time in nanoseconds since 1970.
func GetCurrentTime() (uint64, Status) {
	st := proxyGetCurrentTimeNanoseconds(&ret.value)
	return ret.value, st
}

// SetTickPeriod asks for OnTick every ms milliseconds; 0 stops it.
func SetTickPeriod(ms uint32) Status {
	if bundled && hook != nil {
		return hook.SetTickPeriod(ms)
	}
	WantTick()
	return proxySetTickPeriodMilliseconds(ms)
}

// SetEffectiveContext makes host functions act on another context for the rest of this callback.
func SetEffectiveContext(id uint32) Status {
	if bundled && hook != nil {
		return hook.SetEffectiveContext(id)
	}
	return proxySetEffectiveContext(id)
}

// Done ends a deferred OnDone.
func Done() Status {
	if bundled && hook != nil {
		return hook.Done()
	}
	return proxyDone()
}

// CallForeignFunction calls a function that only some hosts have.
func CallForeignFunction(name string, arg []byte) ([]byte, Status) {
	return result(proxyCallForeignFunction(name, mem.String(arg), &ret.address, &ret.size))
}

// GetHeaderMapValue returns the first value of a header.
func GetHeaderMapValue(m MapType, name string) ([]byte, Status) {
	if st := mayUse(m); st != StatusOK {
		return nil, st
	}
	return result(proxyGetHeaderMapValue(m, name, &ret.address, &ret.size))
}

// AddHeaderMapValue adds a value next to those already there.
func AddHeaderMapValue(m MapType, name string, value string) Status {
	if st := mayUse(m); st != StatusOK {
		return st
	}
	return proxyAddHeaderMapValue(m, name, value)
}

// ReplaceHeaderMapValue sets the only value of a header.
func ReplaceHeaderMapValue(m MapType, name string, value string) Status {
	if st := mayUse(m); st != StatusOK {
		return st
	}
	return proxyReplaceHeaderMapValue(m, name, value)
}

// RemoveHeaderMapValue removes all values of a header.
func RemoveHeaderMapValue(m MapType, name string) Status {
	if st := mayUse(m); st != StatusOK {
		return st
	}
	return proxyRemoveHeaderMapValue(m, name)
}

// GetHeaderMapPairs returns all headers.
func GetHeaderMapPairs(m MapType) ([][2]string, Status) {
	if st := mayUse(m); st != StatusOK {
		return nil, st
	}
	return pairsResult(proxyGetHeaderMapPairs(m, &ret.address, &ret.size))
}

// GetHeaderMapBytes returns all headers in the ABI's form.
func GetHeaderMapBytes(m MapType) ([]byte, Status) {
	if st := mayUse(m); st != StatusOK {
		return nil, st
	}
	return result(proxyGetHeaderMapPairs(m, &ret.address, &ret.size))
}

// SetHeaderMapPairs replaces all headers.
func SetHeaderMapPairs(m MapType, pairs [][2]string) Status {
	if st := mayUse(m); st != StatusOK {
		return st
	}
	buf := mem.AppendPairs(args.Start(), pairs)
	st := proxySetHeaderMapPairs(m, mem.String(buf))
	args.Keep(buf)
	return st
}

// GetBufferBytes reads part of a buffer.
func GetBufferBytes(b BufferType, start int32, size int32) ([]byte, Status) {
	if bundled && hook != nil {
		return hook.GetBufferBytes(b, start, size)
	}
	return result(proxyGetBufferBytes(b, start, size, &ret.address, &ret.size))
}

// ReadBuffer is GetBufferBytes into the memory of into, where that is enough.
func ReadBuffer(b BufferType, start, size int32, into []byte) ([]byte, Status) {
	arena.Lend(into)
	data, st := GetBufferBytes(b, start, size)
	arena.Lend(nil)
	return data, st
}

// SetBufferBytes replaces size bytes from start on; start 0 and size 0 prepends, start at or behind the end appends.
func SetBufferBytes(b BufferType, start int32, size int32, data []byte) Status {
	if bundled && hook != nil {
		return hook.SetBufferBytes(b, start, size, data)
	}
	return proxySetBufferBytes(b, start, size, mem.String(data))
}

// ContinueStream resumes a paused stream.
func ContinueStream(s StreamType) Status {
	if bundled && hook != nil {
		return hook.ContinueStream(s)
	}
	return proxyContinueStream(s)
}

// CloseStream resets a stream or closes a connection.
func CloseStream(s StreamType) Status {
	if bundled && hook != nil {
		return hook.CloseStream(s)
	}
	return proxyCloseStream(s)
}

// SendLocalResponse answers the request; grpcStatus -1 lets the host choose.
func SendLocalResponse(status uint32, detail string, body []byte, headers [][2]string, grpcStatus int32) Status {
	if bundled && hook != nil {
		return hook.SendLocalResponse(status, detail, body, headers, grpcStatus)
	}
	buf := mem.AppendPairs(args.Start(), headers)
	st := proxySendLocalResponse(status, detail, mem.String(body), mem.String(buf), grpcStatus)
	args.Keep(buf)
	return st
}

// HTTPCall starts an HTTP callout and returns its token.
func HTTPCall(cluster string, headers [][2]string, body []byte, trailers [][2]string, timeoutMs uint32) (uint32, Status) {
	WantHTTPCallResponse()
	buf := mem.AppendPairs(args.Start(), headers)
	split := len(buf)
	buf = mem.AppendPairs(buf, trailers)
	st := proxyHttpCall(cluster, mem.String(buf[:split]), mem.String(body), mem.String(buf[split:]), timeoutMs, &ret.number)
	args.Keep(buf)
	return ret.number, st
}

// GetProperty returns a property of the stream, connection, node or plugin.
func GetProperty(path []string) ([]byte, Status) {
	if bundled && hook != nil {
		return hook.GetProperty(path)
	}
	buf := mem.AppendPath(args.Start(), path)
	st := proxyGetProperty(mem.String(buf), &ret.address, &ret.size)
	args.Keep(buf)
	return result(st)
}

// SetProperty sets a property.
func SetProperty(path []string, value []byte) Status {
	buf := mem.AppendPath(args.Start(), path)
	st := proxySetProperty(mem.String(buf), mem.String(value))
	args.Keep(buf)
	return st
}

// GetSharedData returns a shared value and its compare-and-set number.
func GetSharedData(key string) ([]byte, uint32, Status) {
	if bundled && hook != nil {
		return hook.GetSharedData(key)
	}
	b, st := result(proxyGetSharedData(key, &ret.address, &ret.size, &ret.number))
	return b, ret.number, st
}

// SetSharedData sets a shared value; cas 0 sets it unconditionally.
func SetSharedData(key string, value []byte, cas uint32) Status {
	if bundled && hook != nil {
		return hook.SetSharedData(key, value, cas)
	}
	return proxySetSharedData(key, mem.String(value), cas)
}

// RegisterSharedQueue makes a queue, or finds it, and returns its id.
func RegisterSharedQueue(name string) (uint32, Status) {
	if bundled && hook != nil {
		return hook.RegisterSharedQueue(name)
	}
	WantQueueReady()
	st := proxyRegisterSharedQueue(name, &ret.number)
	return ret.number, st
}

// ResolveSharedQueue returns the id of another VM's queue.
func ResolveSharedQueue(vmID string, name string) (uint32, Status) {
	if bundled && hook != nil {
		return hook.ResolveSharedQueue(vmID, name)
	}
	st := proxyResolveSharedQueue(vmID, name, &ret.number)
	return ret.number, st
}

// EnqueueSharedQueue appends to a queue.
func EnqueueSharedQueue(queue uint32, data []byte) Status {
	return proxyEnqueueSharedQueue(queue, mem.String(data))
}

// DequeueSharedQueue takes the first element off a queue.
func DequeueSharedQueue(queue uint32) ([]byte, Status) {
	return result(proxyDequeueSharedQueue(queue, &ret.address, &ret.size))
}

// DefineMetric makes a metric, or finds it, and returns its id.
func DefineMetric(t MetricType, name string) (uint32, Status) {
	st := proxyDefineMetric(t, name, &ret.number)
	return ret.number, st
}

// IncrementMetric adds to a counter or gauge.
func IncrementMetric(id uint32, offset int64) Status {
	return proxyIncrementMetric(id, offset)
}

// RecordMetric sets a gauge or records a histogram's sample.
func RecordMetric(id uint32, value uint64) Status {
	return proxyRecordMetric(id, value)
}

// GetMetric returns a counter's or gauge's value.
func GetMetric(id uint32) (uint64, Status) {
	st := proxyGetMetric(id, &ret.value)
	return ret.value, st
}

// RedisInit prepares Redis calls to a cluster. Only Higress and this project's host have it.
func RedisInit(cluster string, username string, password string, timeoutMs uint32) Status {
	return proxyRedisInit(cluster, username, password, timeoutMs)
}

// RedisCall sends a RESP query and returns its token. Only Higress and this project's host have it.
func RedisCall(cluster string, query []byte) (uint32, Status) {
	WantRedisCallResponse()
	st := proxyRedisCall(cluster, mem.String(query), &ret.number)
	return ret.number, st
}

// InjectEncodedData sends response data on. Only Higress and this project's host have it.
func InjectEncodedData(data []byte, endStream bool) Status {
	if bundled && hook != nil {
		return hook.InjectEncodedData(data, endStream)
	}
	return proxyInjectEncodedDataToFilterChain(mem.String(data), endStream)
}

// GetUpstreamHosts returns the hosts of the route's cluster. Only Higress and this project's host have it.
func GetUpstreamHosts() ([][2]string, Status) {
	return pairsResult(proxyGetUpstreamHosts(&ret.address, &ret.size))
}

// SetUpstreamOverrideHost picks the upstream host. Only Higress and this project's host have it.
func SetUpstreamOverrideHost(address []byte) Status {
	return proxySetUpstreamOverrideHost(mem.String(address))
}
