package run

import (
	"net"
	"sync"
)

// feed shares one listening socket between gateways that follow each other:
// each accepts from a feed of its own, and new connections go to the newest.
type feed struct {
	addr  net.Addr
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

var _ net.Listener = (*feed)(nil)

func newFeed(addr net.Addr) *feed {
	return &feed{addr: addr, conns: make(chan net.Conn), done: make(chan struct{})}
}

// Accept waits for a connection that is meant for this feed.
func (f *feed) Accept() (net.Conn, error) {
	select {
	case c := <-f.conns:
		return c, nil
	case <-f.done:
		return nil, net.ErrClosed
	}
}

// Close makes Accept fail. The socket itself stays open.
func (f *feed) Close() error {
	f.once.Do(func() { close(f.done) })
	return nil
}

// Addr is the address of the socket.
func (f *feed) Addr() net.Addr { return f.addr }

// offer hands a connection over; it is false if the feed is closed.
func (f *feed) offer(c net.Conn) bool {
	select {
	case f.conns <- c:
		return true
	case <-f.done:
		return false
	}
}
