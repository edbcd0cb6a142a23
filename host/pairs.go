package host

import (
	"encoding/binary"
	"errors"
)

// The limits of serialized pairs, as in the C++ host.
const (
	maxPairs     = 1024
	maxPairBytes = 1 << 20
)

// ErrBadPairs says that a serialized header map is damaged or over the limits (1,024
// pairs, 1 MiB).
var ErrBadPairs = errors.New("damaged or oversized header pairs")

// DecodePairs reads a header map in the byte form of the ABI: a count, the
// lengths of all names and values, then each of them with a zero byte behind it;
// all numbers are 32 bits, little endian. The result holds copies.
func DecodePairs(b []byte) ([][2]string, error) {
	if len(b) < 4 || len(b) > maxPairBytes {
		return nil, ErrBadPairs
	}
	n := binary.LittleEndian.Uint32(b)
	if n > maxPairs || uint64(len(b)) < 4+8*uint64(n) {
		return nil, ErrBadPairs
	}
	sizes, rest := b[4:4+8*n], b[4+8*n:]
	text := string(rest) // one copy for all
	pairs := make([][2]string, n)
	pos := 0
	for i := range pairs {
		for j := range 2 {
			size := binary.LittleEndian.Uint32(sizes[8*i+4*j:])
			if uint64(size) >= uint64(len(text)-pos) || text[pos+int(size)] != 0 {
				return nil, ErrBadPairs
			}
			pairs[i][j] = text[pos : pos+int(size)]
			pos += int(size) + 1
		}
	}
	if pos != len(text) {
		return nil, ErrBadPairs
	}
	return pairs, nil
}

// PairsSize returns the length of what AppendPairs appends.
func PairsSize(pairs [][2]string) int {
	n := 4 + 8*len(pairs)
	for i := range pairs {
		n += len(pairs[i][0]) + len(pairs[i][1]) + 2
	}
	return n
}

// AppendPairs appends pairs in the byte form that DecodePairs reads.
func AppendPairs(b []byte, pairs [][2]string) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(pairs)))
	for i := range pairs {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(pairs[i][0])))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(pairs[i][1])))
	}
	for i := range pairs {
		b = append(append(b, pairs[i][0]...), 0)
		b = append(append(b, pairs[i][1]...), 0)
	}
	return b
}
