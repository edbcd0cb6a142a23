package plugintest

import (
	"slices"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// Who closed a connection, as types.PeerType.
const (
	unknown = iota
	local
	remote
)

// Connection is one TCP connection.
type Connection struct {
	// Upstream is what upstream got so far.
	Upstream []byte
	// Client is what the client got so far.
	Client []byte
	// DownstreamClosed and UpstreamClosed say that the plugin closed a side.
	DownstreamClosed, UpstreamClosed bool

	resume     bool
	h          *Host
	id, plugin uint32
	held       map[abi.StreamType][]byte
	shown      map[abi.StreamType]*[]byte
	closed     bool
	ended      bool // upstream has sent its end
	connected  bool // upstream is known
	received   int  // bytes from the client
	properties map[string][]byte
}

// Closed reports whether the plugin or the test has closed the connection.
func (c *Connection) Closed() bool { return c.closed || c.DownstreamClosed || c.UpstreamClosed }

// Connect opens a TCP connection.
func (h *Host) Connect() *Connection {
	c := &Connection{
		h: h, id: h.newID(), plugin: h.pluginID,
		held: map[abi.StreamType][]byte{}, shown: map[abi.StreamType]*[]byte{},
		properties: map[string][]byte{},
	}
	h.conns[c.id] = c
	h.call(c.id, func(g abi.Guest) {
		g.OnContextCreate(c.id, c.plugin)
		g.OnNewConnection(c.id)
	})
	c.connected = true
	h.answerCalls()
	return c
}

// FromClient sends data from the client. Data that the plugin holds back is
// shown again together with the next.
func (c *Connection) FromClient(data []byte, endOfStream bool) *Connection {
	c.received += len(data)
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
	if endOfStream && !c.ended {
		c.ended = true
		c.h.call(c.id, func(g abi.Guest) { g.OnUpstreamClose(c.id, unknown) })
		c.h.answerCalls()
	}
	return c
}

func (c *Connection) pass(s abi.StreamType, data []byte, out *[]byte, f func(abi.Guest, int32) uint32) {
	var held []byte
	if c.held[s] != nil {
		held = *c.shown[s] // the plugin may have changed it
	}
	buf := slices.Concat(held, data)
	c.shown[s] = &buf
	var action uint32
	c.h.call(c.id, func(g abi.Guest) { action = f(g, int32(len(buf))) })
	if c.Closed() { // data that is under way is lost
		delete(c.shown, s)
		c.held[s] = nil
		return
	}
	if action == 0 {
		delete(c.shown, s)
		c.held[s] = nil
		*out = append(*out, buf...)
	} else { // what is held back can still be read and changed
		c.held[s] = buf
		c.shown[s] = c.holding(s)
	}
	c.h.answerCalls()
	c.settle()
}

// holding returns data that is held back as a buffer.
func (c *Connection) holding(s abi.StreamType) *[]byte {
	buf := c.held[s]
	return &buf
}

// settle sends on what the plugin held back of the client's data and resumed.
func (c *Connection) settle() {
	resume := c.resume
	c.resume = false
	if !resume || c.held[abi.StreamDownstream] == nil {
		return
	}
	c.Upstream = append(c.Upstream, *c.shown[abi.StreamDownstream]...)
	delete(c.shown, abi.StreamDownstream)
	c.held[abi.StreamDownstream] = nil
}

// Close closes the connection on both sides, as seen from the remote ends. The
// end of the test does it too.
func (c *Connection) Close() {
	if c.closed {
		return
	}
	c.closed = true
	by := uint32(remote)
	if c.DownstreamClosed || c.UpstreamClosed {
		by = local
	}
	c.h.call(c.id, func(g abi.Guest) { g.OnDownstreamClose(c.id, by) })
	if !c.ended {
		c.h.call(c.id, func(g abi.Guest) { g.OnUpstreamClose(c.id, by) })
	}
	c.h.call(c.id, func(g abi.Guest) {
		g.OnDone(c.id)
		g.OnLog(c.id)
		g.OnDelete(c.id)
	})
	delete(c.h.conns, c.id)
	c.h.answerCalls()
}
