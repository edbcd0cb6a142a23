//go:build wasip1

package abi

// The host's functions as the ABI has them: a string is a pointer and a
// length; results go through pointers, which the host fills in during the
// call and doesn't keep, hence noescape.

//go:wasmimport env proxy_log
//go:noescape
func proxyLog(level LogLevel, msg string) Status

//go:wasmimport env proxy_get_log_level
//go:noescape
func proxyGetLogLevel(number *uint32) Status

//go:wasmimport env proxy_get_current_time_nanoseconds
//go:noescape
func proxyGetCurrentTimeNanoseconds(value *uint64) Status

//go:wasmimport env proxy_set_tick_period_milliseconds
//go:noescape
func proxySetTickPeriodMilliseconds(ms uint32) Status

//go:wasmimport env proxy_set_effective_context
//go:noescape
func proxySetEffectiveContext(id uint32) Status

//go:wasmimport env proxy_done
//go:noescape
func proxyDone() Status

//go:wasmimport env proxy_call_foreign_function
//go:noescape
func proxyCallForeignFunction(name string, arg string, address *uint32, size *uint32) Status

//go:wasmimport env proxy_get_header_map_value
//go:noescape
func proxyGetHeaderMapValue(m MapType, name string, address *uint32, size *uint32) Status

//go:wasmimport env proxy_add_header_map_value
//go:noescape
func proxyAddHeaderMapValue(m MapType, name string, value string) Status

//go:wasmimport env proxy_replace_header_map_value
//go:noescape
func proxyReplaceHeaderMapValue(m MapType, name string, value string) Status

//go:wasmimport env proxy_remove_header_map_value
//go:noescape
func proxyRemoveHeaderMapValue(m MapType, name string) Status

//go:wasmimport env proxy_get_header_map_pairs
//go:noescape
func proxyGetHeaderMapPairs(m MapType, address *uint32, size *uint32) Status

//go:wasmimport env proxy_set_header_map_pairs
//go:noescape
func proxySetHeaderMapPairs(m MapType, pairs string) Status

//go:wasmimport env proxy_get_buffer_bytes
//go:noescape
func proxyGetBufferBytes(b BufferType, start int32, length int32, address *uint32, size *uint32) Status

//go:wasmimport env proxy_set_buffer_bytes
//go:noescape
func proxySetBufferBytes(b BufferType, start int32, size int32, data string) Status

//go:wasmimport env proxy_continue_stream
//go:noescape
func proxyContinueStream(s StreamType) Status

//go:wasmimport env proxy_close_stream
//go:noescape
func proxyCloseStream(s StreamType) Status

//go:wasmimport env proxy_send_local_response
//go:noescape
func proxySendLocalResponse(status uint32, detail string, body string, headers string, grpcStatus int32) Status

//go:wasmimport env proxy_http_call
//go:noescape
func proxyHttpCall(cluster string, headers string, body string, trailers string, timeoutMs uint32, number *uint32) Status

//go:wasmimport env proxy_get_property
//go:noescape
func proxyGetProperty(path string, address *uint32, size *uint32) Status

//go:wasmimport env proxy_set_property
//go:noescape
func proxySetProperty(path string, value string) Status

//go:wasmimport env proxy_get_shared_data
//go:noescape
func proxyGetSharedData(key string, address *uint32, size *uint32, number *uint32) Status

//go:wasmimport env proxy_set_shared_data
//go:noescape
func proxySetSharedData(key string, value string, cas uint32) Status

//go:wasmimport env proxy_register_shared_queue
//go:noescape
func proxyRegisterSharedQueue(name string, number *uint32) Status

//go:wasmimport env proxy_resolve_shared_queue
//go:noescape
func proxyResolveSharedQueue(vmID string, name string, number *uint32) Status

//go:wasmimport env proxy_enqueue_shared_queue
//go:noescape
func proxyEnqueueSharedQueue(queue uint32, data string) Status

//go:wasmimport env proxy_dequeue_shared_queue
//go:noescape
func proxyDequeueSharedQueue(queue uint32, address *uint32, size *uint32) Status

//go:wasmimport env proxy_define_metric
//go:noescape
func proxyDefineMetric(t MetricType, name string, number *uint32) Status

//go:wasmimport env proxy_increment_metric
//go:noescape
func proxyIncrementMetric(id uint32, offset int64) Status

//go:wasmimport env proxy_record_metric
//go:noescape
func proxyRecordMetric(id uint32, value uint64) Status

//go:wasmimport env proxy_get_metric
//go:noescape
func proxyGetMetric(id uint32, value *uint64) Status

//go:wasmimport env proxy_redis_init
//go:noescape
func proxyRedisInit(cluster string, username string, password string, timeoutMs uint32) Status

//go:wasmimport env proxy_redis_call
//go:noescape
func proxyRedisCall(cluster string, query string, number *uint32) Status

//go:wasmimport env proxy_inject_encoded_data_to_filter_chain
//go:noescape
func proxyInjectEncodedDataToFilterChain(data string, endStream bool) Status

//go:wasmimport env proxy_get_upstream_hosts
//go:noescape
func proxyGetUpstreamHosts(address *uint32, size *uint32) Status

//go:wasmimport env proxy_set_upstream_override_host
//go:noescape
func proxySetUpstreamOverrideHost(address string) Status
