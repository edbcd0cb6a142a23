package gateway

import (
	"context"
	"net"
	"net/http/httptrace"
)

// trace is the context of the upstream's request; it notes the address that the
// request went to.
func (x *exchange) trace() context.Context {
	return httptrace.WithClientTrace(x.ctx, &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.address = i.Conn.RemoteAddr().String()
	}})
}

// onConnection numbers connections and gives each its worker.
func (g *Gateway) onConnection(ctx context.Context, c net.Conn) context.Context {
	id := g.connections.Add(1)
	w, _ := c.(*watched)
	return context.WithValue(ctx, connectionKey{}, &connection{id: id, worker: id, watched: w})
}
