package jsonscan

import "math/bits"

// Eight bytes are compared at a time: a 64-bit word holds them, the first in
// its lowest byte.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// zeros has the high bit set in the first byte of w that is zero, and in no
// byte before it. Bytes after it may be wrong.
func zeros(w uint64) uint64 { return (w - ones) &^ w & highs }

// first is the index of the first byte whose high bit is set.
func first(mask uint64) int { return bits.TrailingZeros64(mask) >> 3 }

// skipString returns the index behind the quote that ends a string which began
// before i, or -1.
func skipString(d []byte, i int) int {
	for i+8 <= len(d) {
		w := load(d, i)
		m := zeros(w^'"'*ones) | zeros(w^'\\'*ones)
		if m == 0 {
			i += 8
			continue
		}
		i += first(m)
		if d[i] == '"' {
			return i + 1
		}
		i += 2
	}
	for i < len(d) {
		switch d[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
		i++
	}
	return -1
}

// skipNested returns the index behind the bracket that closes the one at i, or
// -1. Which bracket closes which is not looked at.
func skipNested(d []byte, i int) int {
	depth := 0
	for i < len(d) {
		if i+8 <= len(d) {
			w := load(d, i)
			// '{', '}', '[', ']' and few others have these bits: y, Y, _ and DEL.
			m := zeros(w^'"'*ones) | zeros((w|0x26*ones)^0x7f*ones)
			if m == 0 {
				i += 8
				continue
			}
			i += first(m)
		}
		switch d[i] {
		case '"':
			if i = skipString(d, i+1); i < 0 {
				return -1
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}
