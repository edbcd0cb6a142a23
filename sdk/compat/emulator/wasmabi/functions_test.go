package wasmabi

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
)

// TestEveryImport compares the functions with those that the SDK imports, and their
// parameters with its declarations.
func TestEveryImport(t *testing.T) {
	src, err := os.ReadFile(filepath.Join("..", "..", "..", "internal", "abi", "imports_wasip1.go"))
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]string{}
	for _, f := range Functions(nil) {
		have[f.Name] = f.Params
	}
	imports := regexp.MustCompile(`(?s)go:wasmimport env (\w+)\n.*?\nfunc \w+\((.*?)\) Status`).FindAllStringSubmatch(string(src), -1)
	if len(imports) != len(have) {
		t.Errorf("%d imports, %d functions", len(imports), len(have))
	}
	for _, m := range imports {
		params := ""
		for _, p := range regexp.MustCompile(`\w+ ([*\w]+)`).FindAllStringSubmatch(m[2], -1) {
			switch p[1] {
			case "string":
				params += "ii"
			case "int64", "uint64":
				params += "I"
			default:
				params += "i"
			}
		}
		if got, ok := have[m[1]]; !ok || got != params {
			t.Errorf("%s has the parameters %q, want %q", m[1], got, params)
		}
	}
}

func TestValues(t *testing.T) {
	h, in := &host{value: []byte("value")}, newInstance()
	in.Write(100, []byte("name"))
	if st := callHost(t, h, in, "proxy_get_header_map_value", 0, 100, 4, 8, 12); st != abi.StatusOK {
		t.Fatal(st)
	}
	if b, ok := in.Read(in.u32(8), in.u32(12)); !ok || string(b) != "value" || !slices.Equal(h.logged, []string{"name"}) {
		t.Errorf("%q of %q", b, h.logged)
	}
	in.Write(100, []byte("a\x00b\x00"))
	callHost(t, h, in, "proxy_get_property", 100, 4, 8, 12)
	if !slices.Equal(h.path, []string{"a", "b"}) {
		t.Errorf("path is %q", h.path)
	}
	h.value = nil
	in.Write(8, []byte{1, 1, 1, 1, 1, 1, 1, 1})
	if callHost(t, h, in, "proxy_get_property", 100, 1, 8, 12); in.u32(8) != 0 || in.u32(12) != 0 {
		t.Errorf("nothing is at %d, with %d bytes", in.u32(8), in.u32(12))
	}
	callHost(t, h, in, "proxy_get_shared_data", 100, 1, 8, 12, 16)
	if in.u32(16) != 7 {
		t.Errorf("the number is %d", in.u32(16))
	}
	minus := int64(-1)
	callHost(t, h, in, "proxy_increment_metric", 1, uint64(minus))
	callHost(t, h, in, "proxy_get_metric", 1, 24)
	if h.offset != -1 || binary.LittleEndian.Uint64(in.memory[24:]) != 1<<40 {
		t.Errorf("offset %d, value %d", h.offset, binary.LittleEndian.Uint64(in.memory[24:]))
	}
	h.status = abi.StatusNotFound
	before := in.next
	if st := callHost(t, h, in, "proxy_get_header_map_value", 0, 100, 4, 8, 12); st != abi.StatusNotFound || in.next != before {
		t.Errorf("status %d, and memory was taken: %t", st, in.next != before)
	}
}

func TestPairs(t *testing.T) {
	want := [][2]string{{":path", "/"}, {"x", ""}}
	h, in := &host{}, newInstance()
	list := mem.AppendPairs(nil, want)
	in.Write(100, list)
	if st := callHost(t, h, in, "proxy_set_header_map_pairs", 0, 100, uint64(len(list))); st != abi.StatusOK || !slices.Equal(h.pairs, want) {
		t.Errorf("%d, %q", st, h.pairs)
	}
	callHost(t, h, in, "proxy_get_header_map_pairs", 0, 8, 12)
	if b, _ := in.Read(in.u32(8), in.u32(12)); string(b) != string(list) {
		t.Errorf("list is %q", b)
	}
	if st := callHost(t, h, in, "proxy_set_header_map_pairs", 0, 100, uint64(len(list)-1)); st != abi.StatusParseFailure {
		t.Errorf("a list that is cut off: %d", st)
	}
}

// TestBadPointers has arguments and results outside of the memory.
func TestBadPointers(t *testing.T) {
	h, in := &host{value: []byte("v"), pairs: [][2]string{{"a", "b"}}}, newInstance()
	end := uint64(len(in.memory))
	for name, args := range map[string][]uint64{
		"proxy_log":                  {0, end - 1, 2},
		"proxy_get_header_map_value": {0, 0, 1, end, 0},
		"proxy_get_header_map_pairs": {0, 0, end - 3},
		"proxy_get_property":         {math.MaxUint32, math.MaxUint32, 0, 0},
		"proxy_get_shared_data":      {0, 1, 0, 4, end},
		"proxy_get_metric":           {1, end - 4},
	} {
		if st := callHost(t, h, in, name, args...); st != abi.StatusInvalidMemoryAccess {
			t.Errorf("%s: status %d", name, st)
		}
	}
	in.exports["proxy_on_memory_allocate"] = func([]uint64) (uint64, error) { return 0, errors.New("no memory") }
	if st := callHost(t, h, in, "proxy_get_property", 0, 1, 0, 0); st != abi.StatusInvalidMemoryAccess {
		t.Errorf("no memory to be had: %d", st)
	}
	delete(in.exports, "proxy_on_memory_allocate")
	in.exports["malloc"] = func([]uint64) (uint64, error) { return 64, nil }
	if st := callHost(t, h, in, "proxy_get_property", 0, 1, 0, 4); st != abi.StatusOK || in.u32(0) != 64 {
		t.Errorf("malloc: %d, %d", st, in.u32(0))
	}
}

// A panic of the host is not taken for a bad pointer.
func TestHostPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("it was swallowed")
		}
	}()
	callHost(t, &host{}, newInstance(), "proxy_done")
}

func FuzzFunctions(f *testing.F) {
	f.Add(uint8(10), []byte("\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00a\x00b\x00"), uint32(0), uint32(16), uint32(8), uint32(12))
	f.Add(uint8(0), []byte("text"), uint32(1), uint32(0), uint32(4), uint32(4))
	f.Fuzz(func(_ *testing.T, which uint8, memory []byte, a, b, c, d uint32) {
		in := newInstance()
		copy(in.memory, memory)
		names := []string{"proxy_log", "proxy_get_header_map_value", "proxy_set_header_map_pairs", "proxy_get_property", "proxy_get_shared_data"}
		for _, f := range Functions(&host{value: []byte("v")}) {
			if f.Name == names[int(which)%len(names)] {
				f.Call(in, []uint64{uint64(a), uint64(b), uint64(c), uint64(d), uint64(a)}[:len(f.Params)])
			}
		}
	})
}
