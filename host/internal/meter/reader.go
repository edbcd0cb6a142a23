package meter

import (
	"errors"
	"fmt"
)

// Errors of Instrument; the text that wraps them says where.
var (
	// ErrTruncated: a section or a function ends inside of something.
	ErrTruncated = errors.New("it ends too early")
	// ErrNumber: a number is longer than its type allows.
	ErrNumber = errors.New("a number is too long")
	// ErrUnknown: an instruction, or an entry of a section, is of no known kind.
	ErrUnknown = errors.New("of no known kind")
	// ErrIndex: there is no global or function of that number. The engine would not
	// find out where the meter has that number now.
	ErrIndex = errors.New("a number that nothing has")
)

// reader reads b from pos on. The first error stays, and ends the reading.
type reader struct {
	b       []byte
	pos     int
	err     error
	globals uint32 // how many globals there are
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = fmt.Errorf("at byte %d: %w", r.pos, err)
	}
	r.pos = len(r.b)
}

func (r *reader) more() bool { return r.pos < len(r.b) }

func (r *reader) byte() byte {
	if r.pos >= len(r.b) {
		r.fail(ErrTruncated)
		return 0
	}
	r.pos++
	return r.b[r.pos-1]
}

// u32 reads an unsigned number of at most 32 bits.
func (r *reader) u32() uint32 {
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
	r.fail(ErrNumber)
	return 0
}

// global passes the index of a global.
func (r *reader) global() {
	if r.u32() >= r.globals {
		r.fail(ErrIndex)
	}
}

// skipNumber passes a number of at most max bytes, signed or not.
func (r *reader) skipNumber(max int) {
	for range max {
		if r.byte()&0x80 == 0 {
			return
		}
	}
	r.fail(ErrNumber)
}

func (r *reader) skip(n uint32) { r.bytes(n) }

func (r *reader) bytes(n uint32) []byte {
	if uint64(n) > uint64(len(r.b)-r.pos) {
		r.fail(ErrTruncated)
		return nil
	}
	p := r.b[r.pos : r.pos+int(n)]
	r.pos += int(n)
	return p
}

// rest is what was not read yet.
func (r *reader) rest() []byte { return r.b[r.pos:] }

// times calls f as often as the number that comes first says, or until an error.
func (r *reader) times(f func()) {
	for n := r.u32(); n > 0 && r.err == nil; n-- {
		f()
	}
}

// appendU32 appends an unsigned number.
func appendU32(b []byte, v uint32) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}
