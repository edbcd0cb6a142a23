package wasm

import (
	"bytes"
	"encoding/binary"
)

// maxImage bounds the memory that is looked through for Go's function table.
const maxImage = 64 << 20

// image is the module's first memory as its data segments fill it, from the
// first byte that they set. It is nil where segments are not placed by constants,
// or where they reach too far.
func (m *Module) image() []byte {
	type segment struct {
		at      uint32
		content []byte
	}
	r := newReader("data", m.content(SectionData))
	var segments []segment
	first, end := ^uint32(0), uint64(0)
	for n := r.count("segments"); n > 0 && r.err == nil; n-- {
		if flags := r.u32("form of a segment"); flags != 0 || r.byte("offset") != opI32Const {
			return nil
		}
		at := r.s32("offset")
		if r.byte("end of an offset") != opEnd {
			return nil
		}
		s := segment{uint32(at), r.bytes(r.u32("length of a segment"), "segment")}
		segments = append(segments, s)
		first, end = min(first, s.at), max(end, uint64(s.at)+uint64(len(s.content)))
	}
	if r.err != nil || len(segments) == 0 || end-uint64(first) > maxImage {
		return nil
	}
	out := make([]byte, end-uint64(first))
	for _, s := range segments {
		copy(out[s.at-first:], s.content)
	}
	return out
}

// maxStarts bounds how many places are looked at that could be the table's start.
const maxStarts = 16

// tableStart is how Go's function table begins, since Go 1.20 and for Wasm: a
// magic number, two zeros, the size of instructions and of pointers.
const tableStart = "\xf1\xff\xff\xff\x00\x00\x01\x08"

// goNames are the names of the functions that Go's linker made, in order; nil
// where there is no such table, or one that is not understood.
func (m *Module) goNames() []string {
	image := m.image()
	for range maxStarts {
		at := bytes.Index(image, []byte(tableStart))
		if at < 0 {
			break
		}
		if names := (goTable{image[at:]}).names(); names != nil {
			return names
		}
		image = image[at+1:]
	}
	return nil
}

// goTable is what Go's linker writes for stack traces: a header of eight-byte
// words, and further on a list of functions by their place, each with the place
// of its record, in which is that of its name.
type goTable struct{ data []byte }

func (t goTable) names() []string {
	count, names, records := t.word(0), t.word(3), t.word(7)
	if count == 0 || count > uint64(len(t.data))/8 || names >= uint64(len(t.data)) || records >= uint64(len(t.data)) {
		return nil
	}
	var out []string
	first, apart := t.number(records), uint(0)
	if t.number(records+8)-first >= 1<<16 {
		apart = 16 // as toolchains before Go 1.26 count
	}
	for i := range count {
		index := uint64(t.number(records+8*i)-first) >> apart
		record := records + uint64(t.number(records+8*i+4))
		name := t.text(names + uint64(t.number(record+4)))
		if name == "" || index < uint64(len(out)) || index >= 2*count {
			return nil
		}
		for uint64(len(out)) < index {
			out = append(out, "")
		}
		out = append(out, name)
	}
	return out
}

func (t goTable) word(i int) uint64 {
	if at := 8 + 8*i; at+8 <= len(t.data) {
		return binary.LittleEndian.Uint64(t.data[at:])
	}
	return 0
}

func (t goTable) number(at uint64) uint32 {
	if at < uint64(len(t.data)) && len(t.data)-int(at) >= 4 {
		return binary.LittleEndian.Uint32(t.data[at:])
	}
	return 0
}

func (t goTable) text(at uint64) string {
	if at >= uint64(len(t.data)) {
		return ""
	}
	rest := t.data[at:]
	n := bytes.IndexByte(rest[:min(len(rest), 1<<16)], 0)
	return string(rest[:max(n, 0)])
}
