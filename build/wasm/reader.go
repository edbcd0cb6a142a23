package wasm

import (
	"errors"
	"unicode/utf8"
)

var (
	errLEB   = errors.New("number too long")
	errUTF8  = errors.New("name is not UTF-8")
	errExtra = errors.New("bytes left over at the end")
	errCount = errors.New("more entries than bytes")
)

// reader walks over the bytes of one section. The first error sticks: after it
// every read gives zero values, so that callers check once, at the end.
type reader struct {
	section string
	data    []byte
	pos     int
	err     error
}

func newReader(section string, data []byte) *reader {
	return &reader{section: section, data: data}
}

// fail keeps the first error, with the place where it happened.
func (r *reader) fail(what string, err error) {
	if r.err == nil {
		r.err = &SyntaxError{Offset: r.pos, Section: r.section, What: what, Err: err}
	}
}

func (r *reader) rest() int { return len(r.data) - r.pos }

func (r *reader) more() bool { return r.err == nil && r.pos < len(r.data) }

// bytes takes the next n bytes, without copying them.
func (r *reader) bytes(n uint32, what string) []byte {
	if r.err != nil {
		return nil
	}
	if uint64(n) > uint64(r.rest()) {
		r.fail(what, ErrTruncated)
		return nil
	}
	b := r.data[r.pos : r.pos+int(n) : r.pos+int(n)]
	r.pos += int(n)
	return b
}

func (r *reader) byte(what string) byte {
	if b := r.bytes(1, what); len(b) == 1 {
		return b[0]
	}
	return 0
}

// uleb takes an unsigned LEB128 number of at most bits bits.
func (r *reader) uleb(bits uint, what string) uint64 {
	var v uint64
	for shift := uint(0); ; shift += 7 {
		b := r.byte(what)
		if r.err != nil {
			return 0
		}
		if shift >= bits || (bits-shift < 7 && b&0x7f>>(bits-shift) != 0) {
			r.fail(what, errLEB)
			return 0
		}
		v |= uint64(b&0x7f) << shift
		if b&0x80 == 0 {
			return v
		}
	}
}

func (r *reader) u32(what string) uint32 { return uint32(r.uleb(32, what)) }

// s32 takes a signed LEB128 number of 32 bits.
func (r *reader) s32(what string) int32 {
	var v uint32
	for shift := uint(0); ; shift += 7 {
		b := r.byte(what)
		if r.err != nil {
			return 0
		}
		if shift >= 32 {
			r.fail(what, errLEB)
			return 0
		}
		v |= uint32(b&0x7f) << shift
		if b&0x80 != 0 {
			continue
		}
		if b&0x40 != 0 && shift+7 < 32 {
			v |= ^uint32(0) << (shift + 7)
		}
		return int32(v)
	}
}

// skipLEB passes over a LEB128 number of any sign and at most bits bits.
func (r *reader) skipLEB(bits uint, what string) {
	for n := uint(0); ; n++ {
		b := r.byte(what)
		if r.err != nil {
			return
		}
		if n*7 >= bits {
			r.fail(what, errLEB)
			return
		}
		if b&0x80 == 0 {
			return
		}
	}
}

// count takes the length of a vector, whose entries have at least one byte each.
func (r *reader) count(what string) int {
	n := r.u32(what)
	if r.err == nil && uint64(n) > uint64(r.rest()) {
		r.fail(what, errCount)
		return 0
	}
	return int(n)
}

// name takes a length and as many bytes of UTF-8.
func (r *reader) name(what string) string {
	b := r.bytes(r.u32(what), what)
	if r.err == nil && !utf8.Valid(b) {
		r.fail(what, errUTF8)
		return ""
	}
	return string(b)
}

// end returns the first error, or one if there are bytes left.
func (r *reader) end() error {
	if r.err == nil && r.pos != len(r.data) {
		r.fail("end", errExtra)
	}
	return r.err
}
