//go:build wasip1

package cells

import "unsafe"

// scratch is memory that raw calls point at: words for results, and texts.
type scratch struct {
	words [8]uint64
	text  [1024]byte
	used  int
}

// area is what the arguments of a raw call point at; a module's variables have
// fixed addresses.
var area scratch

func address(p unsafe.Pointer) uint64 { return uint64(uintptr(p)) }

// rawCall calls a host function, its name without "proxy_", and returns its
// status and the words that it wrote.
func rawCall(function string, arguments []rawArgument) (status uint32, words [8]uint64, ok bool) {
	area = scratch{}
	var a [12]uint64
	n := 0
	for _, arg := range arguments {
		switch {
		case arg.isText:
			at := area.used
			area.used += copy(area.text[at:], arg.text)
			a[n], a[n+1] = address(unsafe.Pointer(&area.text[at])), uint64(len(arg.text))
			n++
		case arg.word > 0:
			a[n] = address(unsafe.Pointer(&area.words[arg.word-1]))
		default:
			a[n] = arg.number
		}
		n++
	}
	status = invokeOnStream(function, a)
	return status, area.words, true
}

// invokeOnStream calls the functions of streams and callouts, and hands on the
// others.
func invokeOnStream(function string, a [12]uint64) uint32 {
	switch function {
	case "get_header_map_value":
		return rawGetHeaderMapValue(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]), uint32(a[4]))
	case "add_header_map_value":
		return rawAddHeaderMapValue(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]), uint32(a[4]))
	case "replace_header_map_value":
		return rawReplaceHeaderMapValue(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]), uint32(a[4]))
	case "remove_header_map_value":
		return rawRemoveHeaderMapValue(uint32(a[0]), uint32(a[1]), uint32(a[2]))
	case "get_header_map_pairs":
		return rawGetHeaderMapPairs(uint32(a[0]), uint32(a[1]), uint32(a[2]))
	case "set_header_map_pairs":
		return rawSetHeaderMapPairs(uint32(a[0]), uint32(a[1]), uint32(a[2]))
	case "get_header_map_size":
		return rawGetHeaderMapSize(uint32(a[0]), uint32(a[1]))
	case "get_buffer_status":
		return rawGetBufferStatus(uint32(a[0]), uint32(a[1]), uint32(a[2]))
	case "get_buffer_bytes":
		return rawGetBufferBytes(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]), uint32(a[4]))
	case "set_buffer_bytes":
		return rawSetBufferBytes(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]), uint32(a[4]))
	case "http_call":
		return rawHttpCall(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]), uint32(a[4]), uint32(a[5]), uint32(a[6]), uint32(a[7]), uint32(a[8]), uint32(a[9]))
	case "send_local_response":
		return rawSendLocalResponse(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]), uint32(a[4]), uint32(a[5]), uint32(a[6]), uint32(a[7]))
	case "grpc_call":
		return rawGrpcCall(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]), uint32(a[4]), uint32(a[5]), uint32(a[6]), uint32(a[7]), uint32(a[8]), uint32(a[9]), uint32(a[10]), uint32(a[11]))
	case "grpc_stream":
		return rawGrpcStream(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]), uint32(a[4]), uint32(a[5]), uint32(a[6]), uint32(a[7]), uint32(a[8]))
	case "grpc_send":
		return rawGrpcSend(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]))
	case "grpc_close":
		return rawGrpcClose(uint32(a[0]))
	case "grpc_cancel":
		return rawGrpcCancel(uint32(a[0]))
	case "continue_stream":
		return rawContinueStream(uint32(a[0]))
	case "close_stream":
		return rawCloseStream(uint32(a[0]))
	default:
		return invokeOnVM(function, a)
	}
}

func invokeOnVM(function string, a [12]uint64) uint32 {
	switch function {
	case "get_status":
		return rawGetStatus(uint32(a[0]), uint32(a[1]), uint32(a[2]))
	case "get_property":
		return rawGetProperty(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]))
	case "set_property":
		return rawSetProperty(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]))
	case "get_shared_data":
		return rawGetSharedData(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]), uint32(a[4]))
	case "set_shared_data":
		return rawSetSharedData(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]), uint32(a[4]))
	case "register_shared_queue":
		return rawRegisterSharedQueue(uint32(a[0]), uint32(a[1]), uint32(a[2]))
	case "resolve_shared_queue":
		return rawResolveSharedQueue(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]), uint32(a[4]))
	case "dequeue_shared_queue":
		return rawDequeueSharedQueue(uint32(a[0]), uint32(a[1]), uint32(a[2]))
	case "enqueue_shared_queue":
		return rawEnqueueSharedQueue(uint32(a[0]), uint32(a[1]), uint32(a[2]))
	case "log":
		return rawLog(uint32(a[0]), uint32(a[1]), uint32(a[2]))
	case "get_log_level":
		return rawGetLogLevel(uint32(a[0]))
	case "get_current_time_nanoseconds":
		return rawGetCurrentTimeNanoseconds(uint32(a[0]))
	case "define_metric":
		return rawDefineMetric(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]))
	case "increment_metric":
		return rawIncrementMetric(uint32(a[0]), a[1])
	case "record_metric":
		return rawRecordMetric(uint32(a[0]), a[1])
	case "get_metric":
		return rawGetMetric(uint32(a[0]), uint32(a[1]))
	case "call_foreign_function":
		return rawCallForeignFunction(uint32(a[0]), uint32(a[1]), uint32(a[2]), uint32(a[3]), uint32(a[4]), uint32(a[5]))
	default:
		panic("no host function " + function)
	}
}
