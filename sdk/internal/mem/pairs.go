package mem

// Limits that proxy-wasm-cpp-host puts on a serialised list of pairs. A list
// over them is taken for an empty one there, which would delete all headers.
const (
	MaxPairs      = 1024
	MaxPairsBytes = 1 << 20
)

// PairsSize returns the length of pairs in the ABI's form.
func PairsSize(pairs [][2]string) int {
	size := 4
	for i := range pairs {
		size += 8 + len(pairs[i][0]) + 1 + len(pairs[i][1]) + 1
	}
	return size
}

// AppendPairs appends pairs in the ABI's form: a count, then the lengths of
// each name and value, then names and values with a NUL after each; numbers
// are 32 bits, little-endian.
func AppendPairs(dst []byte, pairs [][2]string) []byte {
	dst = appendUint32(dst, uint32(len(pairs)))
	for i := range pairs {
		dst = appendUint32(dst, uint32(len(pairs[i][0])))
		dst = appendUint32(dst, uint32(len(pairs[i][1])))
	}
	for i := range pairs {
		dst = append(append(dst, pairs[i][0]...), 0)
		dst = append(append(dst, pairs[i][1]...), 0)
	}
	return dst
}

// Pairs reads a list in the ABI's form. The strings point into b, which must
// not be written to again. It reports false where a length leads outside of b
// or bytes are left over; no bytes at all are an empty list.
func Pairs(b []byte) ([][2]string, bool) {
	if len(b) == 0 {
		return nil, true
	}
	if len(b) < 4 {
		return nil, false
	}
	// Each pair takes at least ten bytes, so a count can't make this allocate
	// much more than the input's own size.
	count := uint64(uint32At(b))
	if count > uint64(len(b)-4)/10 {
		return nil, false
	}
	pairs := make([][2]string, count)
	sizes, data := b[4:], b[4+8*count:]
	for i := range pairs {
		for j := range pairs[i] {
			var ok bool
			if pairs[i][j], data, ok = field(data, uint32At(sizes)); !ok {
				return nil, false
			}
			sizes = sizes[4:]
		}
	}
	return pairs, len(data) == 0
}

// field cuts size bytes and the NUL behind them off data.
func field(data []byte, size uint32) (string, []byte, bool) {
	if uint64(size) >= uint64(len(data)) || data[size] != 0 {
		return "", nil, false
	}
	return String(data[:size]), data[size+1:], true
}

// AppendPath appends a property path in the ABI's form: its parts with a NUL
// between them.
func AppendPath(dst []byte, path []string) []byte {
	for i, part := range path {
		if i > 0 {
			dst = append(dst, 0)
		}
		dst = append(dst, part...)
	}
	return dst
}

// Little-endian by hand: encoding/binary links package reflect.

func appendUint32(dst []byte, n uint32) []byte {
	return append(dst, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
}

func uint32At(b []byte) uint32 {
	_ = b[3]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}
