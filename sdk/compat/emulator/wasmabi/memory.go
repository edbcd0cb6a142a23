package wasmabi

import (
	"encoding/binary"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/mem"
)

// maxRead bounds what one argument may be, in bytes: more is a broken pointer.
const maxRead = 256 << 20

// fault is what a call panics with, and run recovers, where a pointer leads out of
// the memory or a list is malformed.
type fault abi.Status

// call is one call of a host function: its arguments in their order.
type call struct {
	in   Instance
	args []uint64
}

// run answers a call of a function.
func run(h Host, f func(Host, *call) abi.Status, in Instance, args []uint64) (status uint32) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case fault:
			status = uint32(r)
		default:
			panic(r)
		}
	}()
	return uint32(f(h, &call{in, args}))
}

func (c *call) u64() uint64 {
	v := c.args[0]
	c.args = c.args[1:]
	return v
}

func (c *call) u32() uint32 { return uint32(c.u64()) }
func (c *call) i32() int32  { return int32(c.u64()) }

// bytes takes a pointer and a length, and returns a copy.
func (c *call) bytes() []byte {
	at, size := c.u32(), c.u32()
	if size == 0 {
		return nil
	}
	b, ok := []byte(nil), size <= maxRead
	if ok {
		b, ok = c.in.Read(at, size)
	}
	if !ok {
		panic(fault(abi.StatusInvalidMemoryAccess))
	}
	return append([]byte(nil), b...)
}

func (c *call) text() string { return string(c.bytes()) }

// pairs takes a list of headers.
func (c *call) pairs() [][2]string {
	pairs, ok := mem.Pairs(c.bytes())
	if !ok {
		panic(fault(abi.StatusParseFailure))
	}
	return pairs
}

// path takes the path of a property.
func (c *call) path() []string {
	return strings.Split(strings.TrimSuffix(c.text(), "\x00"), "\x00")
}

// putU32 writes a number where the next argument points.
func (c *call) putU32(n uint32) {
	if !c.in.Write(c.u32(), binary.LittleEndian.AppendUint32(nil, n)) {
		panic(fault(abi.StatusInvalidMemoryAccess))
	}
}

func (c *call) putU64(n uint64) {
	if !c.in.Write(c.u32(), binary.LittleEndian.AppendUint64(nil, n)) {
		panic(fault(abi.StatusInvalidMemoryAccess))
	}
}

// putBytes writes data into memory that the module gives, and that memory's place
// and size where the next two arguments point. No data is no memory.
func (c *call) putBytes(data []byte) {
	var at uint64
	if len(data) > 0 {
		var err error
		if at, err = c.in.Call(c.allocator(), uint64(len(data))); err != nil || !c.in.Write(uint32(at), data) {
			panic(fault(abi.StatusInvalidMemoryAccess))
		}
	}
	c.putU32(uint32(at))
	c.putU32(uint32(len(data)))
}

// allocator is the function that modules for Proxy-Wasm give memory by.
func (c *call) allocator() string {
	if c.in.Exports("proxy_on_memory_allocate") {
		return "proxy_on_memory_allocate"
	}
	return "malloc"
}

// number returns a status, and a number if all is well.
func (c *call) number(n uint32, st abi.Status) abi.Status {
	if st == abi.StatusOK {
		c.putU32(n)
	}
	return st
}

// result returns a status, and bytes if all is well.
func (c *call) result(b []byte, st abi.Status) abi.Status {
	if st == abi.StatusOK {
		c.putBytes(b)
	}
	return st
}
