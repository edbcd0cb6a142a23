//go:build wasip1

package cells

//go:wasmimport env proxy_get_status
func rawGetStatus(a, b, c uint32) uint32

//go:wasmimport env proxy_get_property
func rawGetProperty(a, b, c, d uint32) uint32

//go:wasmimport env proxy_set_property
func rawSetProperty(a, b, c, d uint32) uint32

//go:wasmimport env proxy_get_shared_data
func rawGetSharedData(a, b, c, d, e uint32) uint32

//go:wasmimport env proxy_set_shared_data
func rawSetSharedData(a, b, c, d, e uint32) uint32

//go:wasmimport env proxy_register_shared_queue
func rawRegisterSharedQueue(a, b, c uint32) uint32

//go:wasmimport env proxy_resolve_shared_queue
func rawResolveSharedQueue(a, b, c, d, e uint32) uint32

//go:wasmimport env proxy_dequeue_shared_queue
func rawDequeueSharedQueue(a, b, c uint32) uint32

//go:wasmimport env proxy_enqueue_shared_queue
func rawEnqueueSharedQueue(a, b, c uint32) uint32

//go:wasmimport env proxy_get_header_map_value
func rawGetHeaderMapValue(a, b, c, d, e uint32) uint32

//go:wasmimport env proxy_add_header_map_value
func rawAddHeaderMapValue(a, b, c, d, e uint32) uint32

//go:wasmimport env proxy_replace_header_map_value
func rawReplaceHeaderMapValue(a, b, c, d, e uint32) uint32

//go:wasmimport env proxy_remove_header_map_value
func rawRemoveHeaderMapValue(a, b, c uint32) uint32

//go:wasmimport env proxy_get_header_map_pairs
func rawGetHeaderMapPairs(a, b, c uint32) uint32

//go:wasmimport env proxy_set_header_map_pairs
func rawSetHeaderMapPairs(a, b, c uint32) uint32

//go:wasmimport env proxy_get_header_map_size
func rawGetHeaderMapSize(a, b uint32) uint32

//go:wasmimport env proxy_get_buffer_status
func rawGetBufferStatus(a, b, c uint32) uint32

//go:wasmimport env proxy_get_buffer_bytes
func rawGetBufferBytes(a, b, c, d, e uint32) uint32

//go:wasmimport env proxy_set_buffer_bytes
func rawSetBufferBytes(a, b, c, d, e uint32) uint32

//go:wasmimport env proxy_http_call
func rawHttpCall(a, b, c, d, e, f, g, h, i, j uint32) uint32

//go:wasmimport env proxy_send_local_response
func rawSendLocalResponse(a, b, c, d, e, f, g, h uint32) uint32

//go:wasmimport env proxy_grpc_call
func rawGrpcCall(a, b, c, d, e, f, g, h, i, j, k, l uint32) uint32

//go:wasmimport env proxy_grpc_stream
func rawGrpcStream(a, b, c, d, e, f, g, h, i uint32) uint32

//go:wasmimport env proxy_grpc_send
func rawGrpcSend(a, b, c, d uint32) uint32

//go:wasmimport env proxy_grpc_close
func rawGrpcClose(a uint32) uint32

//go:wasmimport env proxy_grpc_cancel
func rawGrpcCancel(a uint32) uint32

//go:wasmimport env proxy_log
func rawLog(a, b, c uint32) uint32

//go:wasmimport env proxy_get_log_level
func rawGetLogLevel(a uint32) uint32

//go:wasmimport env proxy_get_current_time_nanoseconds
func rawGetCurrentTimeNanoseconds(a uint32) uint32

//go:wasmimport env proxy_continue_stream
func rawContinueStream(a uint32) uint32

//go:wasmimport env proxy_close_stream
func rawCloseStream(a uint32) uint32

//go:wasmimport env proxy_define_metric
func rawDefineMetric(a, b, c, d uint32) uint32

//go:wasmimport env proxy_increment_metric
func rawIncrementMetric(a uint32, b uint64) uint32

//go:wasmimport env proxy_record_metric
func rawRecordMetric(a uint32, b uint64) uint32

//go:wasmimport env proxy_get_metric
func rawGetMetric(a, b uint32) uint32

//go:wasmimport env proxy_call_foreign_function
func rawCallForeignFunction(a, b, c, d, e, f uint32) uint32
