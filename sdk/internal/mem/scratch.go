package mem

// maxKept is the largest scratch buffer that is kept between calls.
const maxKept = 64 << 10

// Scratch is a buffer for arguments in the ABI's form, reused from call to
// call. The host has read an argument by the time a call returns.
type Scratch struct{ buf []byte }

// Start returns the empty buffer to append to.
func (s *Scratch) Start() []byte { return s.buf[:0] }

// Keep takes the buffer back for the next call, unless it has grown large.
func (s *Scratch) Keep(b []byte) {
	if cap(b) <= maxKept {
		s.buf = b[:0]
	}
}
