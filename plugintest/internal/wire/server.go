package wire

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"golang.org/x/net/http2"
)

// Server answers requests on a port of 127.0.0.1.
type Server struct {
	l      net.Listener
	handle func(*Stream)
	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
}

// Serve listens on a free port. handle is called for each exchange, on a
// goroutine of its own; the first event of the stream is the head.
func Serve(handle func(*Stream)) (*Server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{l: l, handle: handle, conns: map[net.Conn]bool{}}
	go s.accept()
	return s, nil
}

// Addr is the server's address, host:port.
func (s *Server) Addr() string { return s.l.Addr().String() }

// Close stops the server and cuts its connections.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	_ = s.l.Close()
	for c := range s.conns {
		_ = c.Close()
	}
}

func (s *Server) accept() {
	for {
		c, err := s.l.Accept()
		if err != nil {
			return
		}
		if s.keep(c) {
			go s.serve(c)
		}
	}
}

func (s *Server) keep(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = c.Close()
		return false
	}
	s.conns[c] = true
	return true
}

func (s *Server) serve(c net.Conn) {
	defer func() {
		_ = c.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, c)
	}()
	r := bufio.NewReader(c)
	start, err := r.Peek(len(http2.ClientPreface))
	if string(start) == http2.ClientPreface {
		_, _ = io.CopyN(io.Discard, r, int64(len(start)))
		h := newH2(c, r, s.handle)
		if h.greet() == nil {
			h.read()
		}
		return
	}
	if err != nil && len(bytes.TrimSpace(start)) == 0 {
		return
	}
	for s.exchange(c, r) == nil {
	}
}

// exchange serves one request of HTTP/1.1 and returns nil if another can follow.
func (s *Server) exchange(c net.Conn, r *bufio.Reader) error {
	first, fields, err := h1Head(r)
	if err != nil {
		return err
	}
	head, err := requestHead(first, fields)
	if err != nil {
		return err
	}
	st := &Stream{Protocol: "HTTP/1.1", out: &h1Sender{c: c}}
	st.in.push(Event{Head: &head})
	read := make(chan error, 1)
	go func() {
		err := h1Body(r, head, &st.in, false)
		if err != nil {
			st.in.fail(broken(err))
		}
		read <- err
	}()
	s.handle(st)
	return <-read
}

// broken names what ends a stream early: a peer that is gone, or that does not
// speak HTTP.
func broken(err error) error {
	if errors.Is(err, ErrMessage) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrReset, err)
}
