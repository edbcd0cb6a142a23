package wire

import (
	"strconv"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// h2Stream is a stream of HTTP/2.
type h2Stream struct {
	Stream
	conn   *h2Conn
	id     uint32
	begun  bool  // the head has come
	window int64 // what may still be sent
}

// h2Piece is the most that goes into one frame.
const h2Piece = 16 << 10

func (s *h2Stream) head(h Head, end bool) error {
	var f Fields
	if h.Status == 0 {
		f = Fields{{":method", h.Method}, {":scheme", "http"}, {":authority", h.Authority}, {":path", h.Path}}
	} else {
		f = Fields{{":status", strconv.Itoa(h.Status)}}
	}
	return s.fields(append(f, h.Fields...), end)
}

func (s *h2Stream) trailers(f Fields) error { return s.fields(f, true) }

func (s *h2Stream) fields(f Fields, end bool) error {
	c := s.conn
	c.wmu.Lock()
	defer c.wmu.Unlock()
	c.buf.Reset()
	for _, p := range f {
		if err := c.enc.WriteField(hpack.HeaderField{Name: p[0], Value: p[1]}); err != nil {
			return err
		}
	}
	block := c.buf.Bytes()
	first := block[:min(len(block), h2Piece)]
	rest := block[len(first):]
	err := c.fr.WriteHeaders(http2.HeadersFrameParam{StreamID: s.id, BlockFragment: first, EndStream: end, EndHeaders: len(rest) == 0})
	for err == nil && len(rest) > 0 {
		part := rest[:min(len(rest), h2Piece)]
		rest = rest[len(part):]
		err = c.fr.WriteContinuation(s.id, len(rest) == 0, part)
	}
	return err
}

func (s *h2Stream) data(chunk []byte, end bool) error {
	for {
		n, err := s.take(len(chunk))
		if err != nil {
			return err
		}
		part := chunk[:n]
		chunk = chunk[n:]
		if err := s.write(part, end && len(chunk) == 0); err != nil || len(chunk) == 0 {
			return err
		}
	}
}

func (s *h2Stream) write(part []byte, end bool) error {
	if len(part) == 0 && !end {
		return nil
	}
	s.conn.wmu.Lock()
	defer s.conn.wmu.Unlock()
	return s.conn.fr.WriteData(s.id, end, part)
}

// take waits until something of n bytes may be sent, and says how much.
func (s *h2Stream) take(n int) (int, error) {
	c := s.conn
	c.mu.Lock()
	defer c.mu.Unlock()
	for n > 0 && c.gone == nil && (c.window <= 0 || s.window <= 0) {
		c.cond.Wait()
	}
	if c.gone != nil {
		return 0, c.gone
	}
	n = int(min(int64(n), h2Piece, max(c.window, 0), max(s.window, 0)))
	c.window -= int64(n)
	s.window -= int64(n)
	return n, nil
}

func (s *h2Stream) reset() {
	s.conn.wmu.Lock()
	defer s.conn.wmu.Unlock()
	_ = s.conn.fr.WriteRSTStream(s.id, http2.ErrCodeCancel)
}
