package wire

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"testing"
	"time"
)

// FuzzServer sends bytes to a server, which must end the connection or answer,
// whatever they are.
func FuzzServer(f *testing.F) {
	f.Add([]byte("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-t: 1\r\n\r\n"))
	f.Add([]byte("GET / HTTP/1.1\r\ncontent-length: -1\r\n\r\n"))
	f.Add([]byte("GET / HTTP/1.1\r\nno field\r\n\r\n"))
	f.Add([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x03\x01\x05\x00\x00\x00\x01\x82\x84\x86"))
	f.Add([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\x00\x00\x00\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := &Server{handle: echo, conns: map[net.Conn]bool{}}
		near, far := net.Pipe()
		done := make(chan struct{})
		go func() { s.serve(far); close(done) }()
		go func() { _, _ = io.Copy(io.Discard, near) }()
		_ = near.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = near.Write(data)
		_ = near.Close()
		select {
		case <-done:
		case <-time.After(5 * time.Second):
			t.Error("the server still serves a connection that ended")
		}
	})
}

// FuzzHead reads a response's head.
func FuzzHead(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\na: b\r\n\r\n"))
	f.Add([]byte("HTTP/1.1 20x\r\n\r\n"))
	f.Add([]byte("a b c\n: x\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		first, fields, err := h1Head(bufio.NewReader(bytes.NewReader(data)))
		if err != nil {
			return
		}
		if h, err := responseHead(first, fields); err == nil && (h.Status < 100 || h.Status > 999) {
			t.Errorf("status %d", h.Status)
		}
		_, _ = requestHead(first, fields)
	})
}
