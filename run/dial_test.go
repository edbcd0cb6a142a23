package run

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
)

// lostDials dials connections and counts those that the other side ended. (A
// client may leave a good connection on its own account, so the number of
// connections says nothing.)
func lostDials(n *atomic.Int64) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		var d net.Dialer
		c, err := d.DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return &watchedConn{Conn: c, lost: n}, nil
	}
}

// watchedConn counts the first sign that the other side has gone.
type watchedConn struct {
	net.Conn
	lost *atomic.Int64
	once sync.Once
}

func (c *watchedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err != nil && !errors.Is(err, net.ErrClosed) {
		c.once.Do(func() { c.lost.Add(1) })
	}
	return n, err
}
