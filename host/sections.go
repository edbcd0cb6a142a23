package host

import (
	"errors"
	"fmt"
)

// The parts of a module that the host reads itself: wazero doesn't tell the
// order of exports, and an import must be judged before it is linked.
type sections struct {
	imports []importEntry
	exports []string // names of exported functions, in order
}

type importEntry struct {
	module, name string
	kind         byte // 0 function, 1 table, 2 memory, 3 global, 4 tag
}

var errTruncated = errors.New("the file ends in the middle of a section")

// wasmReader reads the primitives of the binary format from b.
type wasmReader struct {
	b   []byte
	pos int
	err error
}

func (r *wasmReader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *wasmReader) byte() byte {
	if r.err != nil || r.pos >= len(r.b) {
		r.fail(errTruncated)
		return 0
	}
	r.pos++
	return r.b[r.pos-1]
}

// u32 reads an unsigned LEB128 number of at most 32 bits.
func (r *wasmReader) u32() uint32 {
	var v uint64
	for shift := 0; shift < 35; shift += 7 {
		c := r.byte()
		v |= uint64(c&0x7f) << shift
		if c&0x80 == 0 {
			if v > 0xffffffff {
				break
			}
			return uint32(v)
		}
	}
	r.fail(errors.New("a number is longer than 32 bits"))
	return 0
}

func (r *wasmReader) bytes(n uint32) []byte {
	if r.err != nil || uint64(n) > uint64(len(r.b)-r.pos) {
		r.fail(errTruncated)
		return nil
	}
	p := r.b[r.pos : r.pos+int(n)]
	r.pos += int(n)
	return p
}

func (r *wasmReader) name() string { return string(r.bytes(r.u32())) }

// readSections walks over all sections and decodes imports and exports.
func readSections(code []byte) (sections, error) {
	var s sections
	r := &wasmReader{b: code, pos: 8}
	for r.err == nil && r.pos < len(code) {
		id := r.byte()
		body := &wasmReader{b: r.bytes(r.u32())}
		switch id {
		case 2:
			s.imports = append(s.imports, body.imports()...)
		case 7:
			s.exports = append(s.exports, body.exports()...)
		}
		if r.err == nil && body.err != nil {
			return s, fmt.Errorf("section %d: %w", id, body.err)
		}
	}
	return s, r.err
}

func (r *wasmReader) imports() []importEntry {
	var list []importEntry
	for n := r.u32(); n > 0 && r.err == nil; n-- {
		e := importEntry{module: r.name(), name: r.name(), kind: r.byte()}
		switch e.kind {
		case 0: // type index
			r.u32()
		case 1: // element type, limits
			r.byte()
			r.limits()
		case 2:
			r.limits()
		case 3: // value type, mutability
			r.byte()
			r.byte()
		case 4: // attribute, type index
			r.byte()
			r.u32()
		default:
			r.fail(fmt.Errorf("import %s.%s has the unknown kind %d", e.module, e.name, e.kind))
		}
		list = append(list, e)
	}
	return list
}

func (r *wasmReader) limits() {
	if flags := r.byte(); flags&1 != 0 {
		r.u32()
	}
	r.u32()
}

func (r *wasmReader) exports() []string {
	var list []string
	for n := r.u32(); n > 0 && r.err == nil; n-- {
		name, kind := r.name(), r.byte()
		r.u32()
		if kind == 0 {
			list = append(list, name)
		}
	}
	return list
}
