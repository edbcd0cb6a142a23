package image

import (
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"io"
	"runtime"
	"sync"
)

const (
	// pieceSize is how much is compressed at a time, in bytes, without looking at
	// what came before. It decides what the result looks like: changing it gives
	// every image another digest.
	pieceSize = 1 << 20
	// level is that at which the rest of the way to the smallest result, half a
	// percent, would cost three times the time.
	level = flate.DefaultCompression
	// maxWorkers bounds the pieces under way, and so the memory.
	maxWorkers = 4
)

// compressor is a gzip.Writer that uses several processors. The result is the
// same for any number of them. Its memory doesn't depend on how much is written.
type compressor struct {
	w       io.Writer
	piece   []byte
	under   []chan *pieceResult // in the order of the pieces
	workers int
	crc     uint32
	size    uint32
	begun   bool
	err     error
	spare   sync.Pool // of *pieceResult
}

// pieceResult is a compressed piece, and what made it.
type pieceResult struct {
	in  []byte
	out []byte
	z   *flate.Writer
	err error
}

// Write gathers what it is compressed to.
func (r *pieceResult) Write(p []byte) (int, error) {
	r.out = append(r.out, p...)
	return len(p), nil
}

func newCompressor(w io.Writer) *compressor {
	return &compressor{w: w, workers: min(runtime.GOMAXPROCS(0), maxWorkers), piece: make([]byte, 0, pieceSize)}
}

// Write takes the next bytes.
func (c *compressor) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 && c.err == nil {
		if len(c.piece) == pieceSize {
			c.start(false)
		}
		part := p[:min(len(p), pieceSize-len(c.piece))]
		c.piece, p = append(c.piece, part...), p[len(part):]
	}
	return n, c.err
}

// start lets a piece be compressed, and writes the first one that is under way
// where enough of them are.
func (c *compressor) start(last bool) {
	r, ok := c.spare.Get().(*pieceResult)
	if !ok {
		r = &pieceResult{in: make([]byte, 0, pieceSize)}
	}
	r.in, c.piece = c.piece, r.in[:0]
	c.crc, c.size = crc32.Update(c.crc, crc32.IEEETable, r.in), c.size+uint32(len(r.in))
	done := make(chan *pieceResult, 1)
	go func() {
		r.compress(last)
		done <- r
	}()
	c.under = append(c.under, done)
	for len(c.under) >= c.workers {
		c.take()
	}
}

// compress ends the piece on a byte, where the next one can follow.
func (r *pieceResult) compress(last bool) {
	r.out = r.out[:0]
	if r.z == nil {
		r.z, r.err = flate.NewWriter(r, level)
	} else {
		r.z.Reset(r)
	}
	if r.err == nil {
		_, r.err = r.z.Write(r.in)
	}
	switch {
	case r.err != nil:
	case last:
		r.err = r.z.Close()
	default:
		r.err = r.z.Flush()
	}
}

// take writes the first piece under way.
func (c *compressor) take() {
	r := <-c.under[0]
	c.under = c.under[1:]
	if !c.begun {
		c.begun = true
		c.write([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}) // no time, no name, no system
	}
	if c.err == nil {
		c.err = r.err
	}
	c.write(r.out)
	c.spare.Put(r)
}

func (c *compressor) write(p []byte) {
	if c.err == nil {
		_, c.err = c.w.Write(p)
	}
}

// Close writes what is left and the checksum.
func (c *compressor) Close() error {
	if c.err == nil {
		c.start(true)
	}
	for len(c.under) > 0 {
		c.take()
	}
	c.write(binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, c.crc), c.size))
	return c.err
}
