package wire

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
)

// h1Sender writes a message of HTTP/1.1.
type h1Sender struct {
	c       net.Conn
	chunked bool
	bodied  bool // the message can have a body
}

func (s *h1Sender) head(h Head, end bool) error {
	var b bytes.Buffer
	if h.Status == 0 {
		fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nhost: %s\r\n", h.Method, h.Path, h.Authority)
	} else {
		fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", h.Status, http.StatusText(h.Status))
	}
	s.bodied = s.bodied || h.Status == 0 || h.Status >= 200 && h.Status != http.StatusNoContent && h.Status != http.StatusNotModified
	writeFields(&b, h.Fields)
	_, sized := value(h.Fields, "content-length")
	_, coded := value(h.Fields, "transfer-encoding")
	switch {
	case coded:
		s.chunked = true
	case sized || !s.bodied:
	case end && h.Status != 0:
		b.WriteString("content-length: 0\r\n")
	case !end:
		s.chunked = true
		b.WriteString("transfer-encoding: chunked\r\n")
	}
	b.WriteString("\r\n")
	_, err := s.c.Write(b.Bytes())
	return err
}

func writeFields(b *bytes.Buffer, f Fields) {
	for _, p := range f {
		fmt.Fprintf(b, "%s: %s\r\n", p[0], p[1])
	}
}

func (s *h1Sender) data(chunk []byte, end bool) error {
	var b bytes.Buffer
	switch {
	case !s.chunked:
		b.Write(chunk)
	case len(chunk) > 0:
		fmt.Fprintf(&b, "%x\r\n%s\r\n", len(chunk), chunk)
	}
	if end && s.chunked {
		b.WriteString("0\r\n\r\n")
	}
	_, err := s.c.Write(b.Bytes())
	return err
}

func (s *h1Sender) trailers(f Fields) error {
	if !s.chunked {
		return fmt.Errorf("%w: trailers need a body without a content-length", ErrMessage)
	}
	var b bytes.Buffer
	b.WriteString("0\r\n")
	writeFields(&b, f)
	b.WriteString("\r\n")
	_, err := s.c.Write(b.Bytes())
	return err
}

func (s *h1Sender) reset() {
	if c, ok := s.c.(*net.TCPConn); ok {
		_ = c.SetLinger(0) // a reset, not an end
	}
	_ = s.c.Close()
}
