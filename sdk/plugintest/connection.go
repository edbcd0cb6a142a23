package plugintest

import (
	"slices"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// Connection is one TCP connection.
type Connection struct {
	// Upstream is what upstream got so far.
	Upstream []byte
	// Client is what the client got so far.
	Client []byte
	// DownstreamClosed and UpstreamClosed say that the plugin closed a side.
	DownstreamClosed, UpstreamClosed bool

	h          *Host
	id, plugin uint32
	held       map[abi.StreamType][]byte
	shown      map[abi.StreamType]*[]byte
	closed     bool
}

// Connect opens a TCP connection.
func (h *Host) Connect() *Connection {
	c := &Connection{
		h: h, id: h.newID(), plugin: h.pluginID,
		held: map[abi.StreamType][]byte{}, shown: map[abi.StreamType]*[]byte{},
	}
	h.conns[c.id] = c
	h.call(c.id, func(g abi.Guest) {
		g.OnContextCreate(c.id, c.plugin)
		g.OnNewConnection(c.id)
	})
	h.answerCalls()
	return c
}

// FromClient sends data from the client. Data that the plugin holds back is
// shown again together with the next.
func (c *Connection) FromClient(data []byte, endOfStream bool) *Connection {
	c.pass(abi.StreamDownstream, data, &c.Upstream, func(g abi.Guest, size int32) uint32 {
		return g.OnDownstreamData(c.id, size, endOfStream)
	})
	return c
}

// FromUpstream sends data from upstream, as FromClient does from the client.
func (c *Connection) FromUpstream(data []byte, endOfStream bool) *Connection {
	c.pass(abi.StreamUpstream, data, &c.Client, func(g abi.Guest, size int32) uint32 {
		return g.OnUpstreamData(c.id, size, endOfStream)
	})
	return c
}

func (c *Connection) pass(s abi.StreamType, data []byte, out *[]byte, f func(abi.Guest, int32) uint32) {
	buf := slices.Concat(c.held[s], data)
	c.shown[s] = &buf
	var action uint32
	c.h.call(c.id, func(g abi.Guest) { action = f(g, int32(len(buf))) })
	delete(c.shown, s)
	c.held[s] = nil
	if action == 0 {
		*out = append(*out, buf...)
	} else {
		c.held[s] = buf
	}
	c.h.answerCalls()
}

// Close closes the connection on both sides, as seen from the remote ends. The
// end of the test does it too.
func (c *Connection) Close() {
	if c.closed {
		return
	}
	c.closed = true
	const remote = 2
	c.h.call(c.id, func(g abi.Guest) {
		g.OnDownstreamClose(c.id, remote)
		g.OnUpstreamClose(c.id, remote)
		g.OnLog(c.id)
		g.OnDone(c.id)
		g.OnDelete(c.id)
	})
	delete(c.h.conns, c.id)
}
