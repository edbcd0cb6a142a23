package cidr

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// key is a prefix as numbers: the first bits of 128, IPv4 in the first 32.
type key struct {
	high, low uint64
	bits      int
}

func keyOf(a netip.Addr, length int) key {
	if a.Is4() {
		b := a.As4()
		return key{high: uint64(binary.BigEndian.Uint32(b[:])) << 32, bits: length}
	}
	b := a.As16()
	return key{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:]), length}
}

// common is the length of the longest prefix of both.
func (k key) common(o key) int {
	n := bits.LeadingZeros64(k.high ^ o.high)
	if n == 64 {
		n += bits.LeadingZeros64(k.low ^ o.low)
	}
	return min(n, k.bits, o.bits)
}

// bit returns bit i, counted from the left; i is below 128.
func (k key) bit(i int) int {
	if i < 64 {
		return int(k.high >> (63 - i) & 1)
	}
	return int(k.low >> (127 - i) & 1)
}

// cut is the prefix of that length.
func (k key) cut(length int) key {
	k.bits = length
	switch {
	case length == 0:
		k.high, k.low = 0, 0
	case length <= 64:
		k.high, k.low = k.high&(^uint64(0)<<(64-length)), 0
	default:
		k.low &= ^uint64(0) << (128 - length)
	}
	return k
}
