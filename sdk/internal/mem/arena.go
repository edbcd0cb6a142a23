// Package mem moves bytes between a plugin and its host without allocating
// for each call: an arena that the host allocates results from, the ABI's
// serialised forms, and conversions that don't copy.
//
// Nothing here is safe for concurrent use: a Wasm VM has one thread.
package mem

import "unsafe"

const (
	// chunkSize is what the arena takes from the Go heap at a time. Chunks hold
	// no pointers, so the collector never scans them.
	chunkSize = 16 << 10
	// largeSize is the size from which a result gets memory of its own, so that
	// one long-lived body doesn't keep a chunk of short headers alive.
	largeSize = 4 << 10
	// slabSize is what results from largeSize to slabMax share: bodies of common
	// sizes. One allocation each would cost several times what copying them does,
	// as the Go runtime looks for pages for every one.
	slabSize = 128 << 10
	slabMax  = 32 << 10
	// maxSize is the most a host may ask for at once: the address space that
	// hosts grant a VM.
	maxSize = 1 << 30
)

// Arena hands out the memory that the host writes results to. Memory stays
// valid as long as something points at it; it is never reused.
type Arena struct {
	chunk []byte // current chunk; len is what was handed out
	slab  []byte // the same for larger results
	lent  []byte // see Lend
	last  []byte // what Allocate handed out last
}

// zero is what an allocation of no bytes points at: hosts take a null pointer
// for "out of memory".
var zero [8]byte

// Allocate returns size bytes, 8-byte aligned, for the host to write to. A
// size of 0 gives a valid pointer; a size over 1 GiB gives nil, which hosts
// take for "out of memory".
func (a *Arena) Allocate(size uint32) *byte {
	if size == 0 {
		a.last = zero[:0]
		return &zero[0]
	}
	if size > maxSize {
		a.last = nil
		return nil
	}
	switch {
	case int(size) <= cap(a.lent):
		a.last, a.lent = a.lent[:size], nil
	case size <= largeSize:
		a.last = bump(&a.chunk, int(size), chunkSize)
	case size <= slabMax:
		a.last = bump(&a.slab, int(size), slabSize)
	default:
		a.last = make([]byte, size)
	}
	return unsafe.SliceData(a.last)
}

// bump cuts size bytes off a chunk, or off a new one of so many bytes.
func bump(chunk *[]byte, size, fresh int) []byte {
	c := *chunk
	start := (len(c) + 7) &^ 7
	if start+size > cap(c) {
		c, start = make([]byte, 0, fresh), 0
	}
	*chunk = c[:start+size]
	return c[start : start+size : start+size]
}

// Lend makes the next result be written to b, if it fits and there is one before
// lending ends. Lend(nil) ends it. Whoever lends b says when it is used again.
func (a *Arena) Lend(b []byte) { a.lent = b }

// Claim returns what the host says it wrote: size bytes at address. It reports
// false unless those bytes lie within the memory that Allocate handed out last;
// the host's word alone is never enough to read memory. Large results can be
// claimed once.
func (a *Arena) Claim(address uintptr, size uint32) ([]byte, bool) {
	if size == 0 {
		return nil, true
	}
	base := uintptr(unsafe.Pointer(unsafe.SliceData(a.last)))
	if address < base || address-base > uintptr(len(a.last)) {
		return nil, false
	}
	from := int(address - base)
	if uint64(size) > uint64(len(a.last)-from) {
		return nil, false
	}
	to := from + int(size)
	b := a.last[from:to:to]
	if len(a.last) > largeSize {
		a.last = nil // or the arena would keep a body alive
	}
	return b, true
}

// String views b as a string without a copy. b must not be written to again.
func String(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
