package host

import (
	"context"

	"github.com/tetratelabs/wazero/api"

	"github.com/sluiceproxy/sluice/host/internal/wire"
)

// scratchModule is (module (memory (export "memory") 1)).
var scratchModule = []byte("\x00asm\x01\x00\x00\x00\x05\x03\x01\x00\x01\x07\x0a\x01\x06memory\x02\x00")

// scratch is a memory of which everything is free again after a host call.
type scratch struct {
	memory api.Memory
	next   uint64 // the first free byte
	slots  []uint64
}

// scratchBase keeps address 0 free, which means none.
const scratchBase = 8

func (s *scratch) reset() { s.next, s.slots = scratchBase, s.slots[:0] }

// take returns the address of n bytes, 0 where there are not so many.
func (s *scratch) take(n uint64) uint64 {
	at := (s.next + 7) &^ 7
	end, size := at+n, uint64(s.memory.Size())
	if end > size {
		if end > 1<<32-1 {
			return 0
		}
		if _, ok := s.memory.Grow(uint32((end - size + 65535) >> 16)); !ok {
			return 0
		}
	}
	s.next = end
	return at
}

// CallWithStack makes the scratch the guest's allocator, as a guestCode.
func (s *scratch) CallWithStack(_ context.Context, stack []uint64) error {
	stack[0] = s.take(uint64(uint32(stack[0])))
	return nil
}

// place puts parameters into the memory and returns what a host function gets for
// them. For results there are zeros.
func (s *scratch) place(values []wire.Value) (stack []uint64, ok bool) {
	for _, v := range values {
		data := v.Bytes
		switch v.Type {
		case wire.Number:
			s.slots = append(s.slots, v.Number)
			continue
		case wire.GetBytes, wire.GetUint32, wire.GetUint64:
			data = make([]byte, 8)
		}
		at := s.take(uint64(len(data)))
		if at == 0 || !s.memory.Write(uint32(at), data) {
			return nil, false
		}
		s.slots = append(s.slots, at)
		switch v.Type {
		case wire.Bytes:
			s.slots = append(s.slots, uint64(len(data)))
		case wire.GetBytes:
			s.slots = append(s.slots, at+4)
		}
	}
	return s.slots, true
}

// results appends what a host function has left for those of its parameters that
// are results.
func (s *scratch) results(to, params []wire.Value) []wire.Value {
	slot := 0
	for _, p := range params {
		switch p.Type {
		case wire.GetBytes:
			to = append(to, wire.Value{Type: wire.Bytes, Bytes: s.bytes(uint32(s.slots[slot]))})
		case wire.GetUint32:
			v, _ := s.memory.ReadUint32Le(uint32(s.slots[slot]))
			to = append(to, wire.Value{Type: wire.Number, Number: uint64(v)})
		case wire.GetUint64:
			v, _ := s.memory.ReadUint64Le(uint32(s.slots[slot]))
			to = append(to, wire.Value{Type: wire.Number, Number: v})
		}
		if slot++; p.Type == wire.Bytes || p.Type == wire.GetBytes {
			slot++
		}
	}
	return to
}

// bytes are those whose address and length are at that address.
func (s *scratch) bytes(at uint32) []byte {
	ptr, _ := s.memory.ReadUint32Le(at)
	size, _ := s.memory.ReadUint32Le(at + 4)
	b, _ := s.memory.Read(ptr, size)
	return b
}
