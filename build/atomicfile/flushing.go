package atomicfile

import "os"

// flushEach is how much is written before the disk is asked to begin, in bytes.
const flushEach = 1 << 20

// flushing is a file that goes to the disk while it is written.
type flushing struct {
	f              *os.File
	written, asked int64
}

// Write writes p.
func (f *flushing) Write(p []byte) (int, error) {
	n, err := f.f.Write(p)
	if f.written += int64(n); f.written-f.asked >= flushEach {
		beginFlush(f.f, f.asked, f.written-f.asked)
		f.asked = f.written
	}
	return n, err
}
