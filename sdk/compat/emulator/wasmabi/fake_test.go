package wasmabi

import (
	"encoding/binary"
	"errors"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// instance is a module with memory and functions of the test's.
type instance struct {
	memory  []byte
	next    uint32 // where the allocator gives memory
	exports map[string]func(args []uint64) (uint64, error)
	closed  bool
}

func newInstance() *instance {
	in := &instance{memory: make([]byte, 4096), next: 2048, exports: map[string]func([]uint64) (uint64, error){}}
	in.exports["proxy_on_memory_allocate"] = func(args []uint64) (uint64, error) {
		at := in.next
		in.next += uint32(args[0])
		return uint64(at), nil
	}
	return in
}

func (in *instance) Exports(name string) bool { return in.exports[name] != nil }

func (in *instance) Call(name string, args ...uint64) (uint64, error) {
	if in.exports[name] == nil {
		return 0, errors.New("no " + name)
	}
	return in.exports[name](args)
}

func (in *instance) Read(offset, size uint32) ([]byte, bool) {
	if uint64(offset)+uint64(size) > uint64(len(in.memory)) {
		return nil, false
	}
	return in.memory[offset : offset+size], true
}

func (in *instance) Write(offset uint32, data []byte) bool {
	if uint64(offset)+uint64(len(data)) > uint64(len(in.memory)) {
		return false
	}
	copy(in.memory[offset:], data)
	return true
}

func (in *instance) Close() error {
	in.closed = true
	return nil
}

func (in *instance) u32(at uint32) uint32 { return binary.LittleEndian.Uint32(in.memory[at:]) }

// host answers what a test needs.
type host struct {
	abi.Host // what is not implemented panics
	value    []byte
	status   abi.Status
	logged   []string
	pairs    [][2]string
	path     []string
	offset   int64
}

func (h *host) Log(_ abi.LogLevel, msg string) abi.Status {
	h.logged = append(h.logged, msg)
	return abi.StatusOK
}

func (h *host) GetHeaderMapValue(_ abi.MapType, name string) ([]byte, abi.Status) {
	h.logged = append(h.logged, name)
	return h.value, h.status
}

func (h *host) GetHeaderMapPairs(abi.MapType) ([][2]string, abi.Status) { return h.pairs, h.status }

func (h *host) SetHeaderMapPairs(_ abi.MapType, pairs [][2]string) abi.Status {
	h.pairs = pairs
	return abi.StatusOK
}

func (h *host) GetProperty(path []string) ([]byte, abi.Status) {
	h.path = path
	return h.value, h.status
}

func (h *host) GetSharedData(string) ([]byte, uint32, abi.Status) { return h.value, 7, h.status }

func (h *host) IncrementMetric(_ uint32, offset int64) abi.Status {
	h.offset = offset
	return abi.StatusOK
}

func (h *host) GetMetric(uint32) (uint64, abi.Status) { return 1 << 40, h.status }

// callHost calls a host function as a module does.
func callHost(t *testing.T, h Host, in Instance, name string, args ...uint64) abi.Status {
	t.Helper()
	for _, f := range Functions(h) {
		if f.Name != name {
			continue
		}
		if len(args) != len(f.Params) {
			t.Fatalf("%s has %d parameters", name, len(f.Params))
		}
		return abi.Status(f.Call(in, args))
	}
	t.Fatalf("there is no %s", name)
	return 0
}
