package gateway

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// ServeTCP accepts connections until Shutdown, and returns nil then. Each passes
// through the plugins' contexts for connections and on to the cluster, which is
// what Envoy's Wasm network filters do in front of its TCP proxy. Routes have no
// part in it. A gateway can serve HTTP on one listener and connections on others;
// the plugins are the same, so each must be made for what it gets.
//
// Data goes through the chain in its order, answers in the opposite one. What a
// plugin holds back is shown again with what comes after it, up to
// Options.BufferLimit; then nothing more is read until it lets go. The upstream
// is asked for a connection when all plugins know of the client's. A plugin whose
// VM is gone ends the connection, unless it is FailOpen.
func (g *Gateway) ServeTCP(l net.Listener, cluster string) error {
	if !g.tcp.add(l) {
		_ = l.Close()
		return nil
	}
	defer g.tcp.remove(l)
	for {
		conn, err := l.Accept()
		switch {
		case err == nil:
			go g.pass(conn, cluster)
		case g.tcp.isClosed():
			return nil
		case errors.Is(err, net.ErrClosed):
			return err
		default: // too many open files; it passes
			time.Sleep(acceptPause)
		}
	}
}

// acceptPause is how long a listener that can't accept waits.
const acceptPause = 50 * time.Millisecond

// tcpServer is what ServeTCP has open.
type tcpServer struct {
	mu        sync.Mutex
	closed    bool
	listeners map[net.Listener]struct{}
	conns     map[*tcpConn]struct{}
	running   sync.WaitGroup
}

func (s *tcpServer) add(l net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.listeners == nil {
		s.listeners = map[net.Listener]struct{}{}
	}
	s.listeners[l] = struct{}{}
	return !s.closed
}

func (s *tcpServer) remove(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.listeners, l)
}

func (s *tcpServer) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// begin counts a connection; false after shutdown.
func (s *tcpServer) begin(c *tcpConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	if s.conns == nil {
		s.conns = map[*tcpConn]struct{}{}
	}
	s.conns[c] = struct{}{}
	s.running.Add(1)
	return true
}

func (s *tcpServer) end(c *tcpConn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
	s.running.Done()
}

// shutdown stops accepting and waits for connections; when ctx ends first they
// are cut.
func (s *tcpServer) shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	for l := range s.listeners {
		_ = l.Close()
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { s.running.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	for c := range s.conns {
		c.kill(closedHere)
	}
	s.mu.Unlock()
	<-done
	return ctx.Err()
}

// closeWrite ends one direction of a connection.
func closeWrite(c io.Closer) {
	if half, ok := c.(interface{ CloseWrite() error }); ok { // TCP and TLS
		_ = half.CloseWrite()
		return
	}
	_ = c.Close()
}
