//go:build wasip1

package cells

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// Numbers of what gRPC callbacks read.
const (
	mapInitial, mapTrailing = 4, 5
	bufferGRPC              = 5
)

//go:wasmexport proxy_on_grpc_receive_initial_metadata
func onGRPCInitial(context, token, n uint32) {
	hear("initial", context, token, metadata(mapInitial, n))
}

//go:wasmexport proxy_on_grpc_receive
func onGRPCMessage(context, token, size uint32) {
	status, words, _ := rawCall("get_buffer_bytes", args(bufferGRPC, 0, int(size), result(1), result(2)))
	hear("message", context, token, then(statusName(status)+" "+Quote(at(words[0], words[1])), "announced "+strconv.Itoa(int(size))))
}

//go:wasmexport proxy_on_grpc_receive_trailing_metadata
func onGRPCTrailing(context, token, n uint32) {
	hear("trailing", context, token, metadata(mapTrailing, n))
}

//go:wasmexport proxy_on_grpc_close
func onGRPCClose(context, token, code uint32) {
	status, words, _ := rawCall("get_status", args(result(1), result(2), result(3)))
	hear("close", context, token, then(strconv.Itoa(int(int32(code))),
		"status "+statusName(status)+" "+strconv.Itoa(int(int32(words[0])))+" "+strconv.Quote(at(words[1], words[2]))))
}

// at is what the host has written.
func at(address, size uint64) string {
	if uint32(address) == 0 || uint32(size) == 0 {
		return ""
	}
	return strings.Clone(unsafe.String((*byte)(unsafe.Pointer(uintptr(uint32(address)))), int(uint32(size))))
}

// metadata is a list of headers, sorted: those of the kit and gRPC's own.
func metadata(list int, announced uint32) string {
	status, words, _ := rawCall("get_header_map_pairs", args(list, result(1), result(2)))
	if status != 0 {
		return statusName(status)
	}
	shown := []string{statusName(status)}
	pairs := pairsOf(at(words[0], words[1]))
	for _, p := range pairs {
		name, _, _ := strings.Cut(p, "=")
		if strings.HasPrefix(name, "x-c-") || strings.HasPrefix(name, "grpc-") || name == ":status" || name == "content-type" {
			shown = append(shown, p)
		}
	}
	if int(announced) != len(pairs) {
		shown = append(shown, "announced "+strconv.Itoa(int(announced))+" of "+strconv.Itoa(len(pairs)))
	}
	slices.Sort(shown[1:])
	return strings.Join(shown, " ")
}

// pairsOf reads a serialized list, as NAME="VALUE".
func pairsOf(b string) (all []string) {
	if len(b) < 4 {
		return nil
	}
	n := int(binary.LittleEndian.Uint32([]byte(b)))
	rest := 4 + 8*n
	for i := 0; i < n && rest <= len(b); i++ {
		sizes := []byte(b[4+8*i:])
		name, value := int(binary.LittleEndian.Uint32(sizes)), int(binary.LittleEndian.Uint32(sizes[4:]))
		if rest+name+value+2 > len(b) {
			return append(all, "malformed")
		}
		all = append(all, b[rest:rest+name]+"="+Quote(b[rest+name+1:rest+name+1+value]))
		rest += name + value + 2
	}
	return all
}

// hear notes an event of the running conversation.
func hear(event string, context, token uint32, detail string) {
	t := running
	if t == nil || past[uint64(token)] {
		return
	}
	t.idle = 0
	told := event
	if t.opening {
		told = "within the call " + told
	} else if uint64(token) != t.token {
		told = "another's " + told
	}
	switch context {
	case t.context:
	case t.plugin:
		told += " for the plugin"
	default:
		told += " for another context"
	}
	t.note(told + " " + detail)
	// A unary call that has its message is over.
	t.closed = t.closed || event == "close" || event == "message" && strings.HasPrefix(t.Name, "call.")
	t.counted[event]++
	if t.next != nil && t.counted[event] == 1 {
		t.next(t, event)
	}
}
