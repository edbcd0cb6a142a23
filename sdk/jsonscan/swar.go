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

const quotes = '"' * ones

// In a Wasm module made by Go every jump and every call is dear, so a string is
// skipped in steps of 32 bytes, only quotes are looked for in it, and skipNested
// has the same loop within its own.

// skipString returns the index behind the quote that ends a string which began
// before i, or -1.
func skipString(d []byte, i int) int {
	begin := i
	for i+8 <= len(d) {
		m := zeros(load(d, i) ^ quotes)
		if m == 0 {
			i = skipText(d, i+8)
			continue
		}
		i += first(m) + 1
		if i-1 == begin || d[i-2] != '\\' || !escaped(d[begin:i-1]) {
			return i
		}
	}
	return endString(d, begin, i)
}

// skipText skips steps of 32 bytes without a quote.
func skipText(d []byte, i int) int {
	for i+32 <= len(d) && zeros(load(d, i)^quotes)|zeros(load(d, i+8)^quotes)|
		zeros(load(d, i+16)^quotes)|zeros(load(d, i+24)^quotes) == 0 {
		i += 32
	}
	return i
}

// endString is skipString for the last bytes of a text, from i on.
func endString(d []byte, begin, i int) int {
	for ; i < len(d); i++ {
		if d[i] == '"' && !escaped(d[begin:i]) {
			return i + 1
		}
	}
	return -1
}

// escaped reports whether what follows text is escaped: an odd number of
// backslashes stands at its end.
func escaped(text []byte) bool {
	n := len(text)
	for n > 0 && text[n-1] == '\\' {
		n--
	}
	return (len(text)-n)&1 != 0
}

// skipNested returns the index behind the bracket that closes the one at i, or
// -1. Which bracket closes which is not looked at.
func skipNested(d []byte, i int) int {
	depth := 0
	for i+8 <= len(d) {
		w := load(d, i)
		// '{', '}', '[', ']' and few others have these bits: y, Y, _ and DEL.
		m := zeros(w^quotes) | zeros((w|0x26*ones)^0x7f*ones)
		if m == 0 {
			i += 8
			continue
		}
		i += first(m) + 1
		if c := d[i-1]; c != '"' {
			if depth += nesting(c); depth == 0 {
				return i
			}
			continue
		}
		for begin := i; ; {
			if i+16 > len(d) {
				if i = endString(d, begin, i); i < 0 {
					return -1
				}
				break
			}
			if m = zeros(load(d, i) ^ quotes); m == 0 {
				i += 8
				for i+32 <= len(d) && zeros(load(d, i)^quotes)|zeros(load(d, i+8)^quotes)|
					zeros(load(d, i+16)^quotes)|zeros(load(d, i+24)^quotes) == 0 {
					i += 32
				}
				continue
			}
			i += first(m) + 1
			near := load(d, i-2) // what is before the quote, the quote, two behind it
			if byte(near) == '\\' && escaped(d[begin:i-1]) {
				continue
			}
			next := near >> 16 & 0xff
			if (next^':')*(next^',')|(near>>24&0xff^'"') != 0 {
				break
			}
			i += 2 // another string follows at once
			begin = i
		}
	}
	return endNested(d, i, depth)
}

// nesting is what a byte adds to the depth, one of those that skipNested stops at:
// of the second and third lowest bits, '{' and '[' have the one, '}' and ']' the
// other, and what else there is both or none.
func nesting(c byte) int { return int(c>>1&1) - int(c>>2&1) }

// endNested is skipNested for the last bytes of a text, from i on.
func endNested(d []byte, i, depth int) int {
	for i < len(d) {
		if i++; d[i-1] == '"' {
			if i = endString(d, i, i); i < 0 {
				return -1
			}
		} else if c := d[i-1] | 0x20; c == '{' || c == '}' {
			if depth += nesting(c); depth == 0 {
				return i
			}
		}
	}
	return -1
}
