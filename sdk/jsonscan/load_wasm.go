package jsonscan

import "unsafe"

// load returns eight bytes of d from i on, the first in the lowest byte. The
// caller has made sure that they are there: the compiler doesn't see that, and
// its checks would be half of what a step costs. Wasm is little-endian, and its
// loads need no alignment.
func load(d []byte, i int) uint64 {
	return *(*uint64)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(d)), i))
}
