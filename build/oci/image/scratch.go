package image

import (
	"bytes"
	"io"
)

// Scratch is where a compressed layer waits to be pushed: its digest is needed
// first. An *os.File is one.
type Scratch interface {
	io.Writer
	io.ReaderAt
}

// memoryScratch is a Scratch in memory.
type memoryScratch struct{ bytes.Buffer }

// ReadAt reads what was written.
func (m *memoryScratch) ReadAt(p []byte, at int64) (int, error) {
	return bytes.NewReader(m.Bytes()).ReadAt(p, at)
}

// sized counts what is written.
type sized struct {
	io.Writer
	n int64
}

// Write counts p and hands it on.
func (c *sized) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.n += int64(n)
	return n, err
}
