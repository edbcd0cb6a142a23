package gateway

import "github.com/sluiceproxy/sluice/host"

// tcpLink is a connection's part in one plugin. All of it happens in the worker.
type tcpLink struct {
	c     *tcpConn
	index int
	slot  *slot
	ctx   *host.TCPContext
	knows bool // the plugin was told of the connection
	gone  bool // its VM is, and it is left out
}

var _ host.TCPStream = (*tcpLink)(nil)

// begin tells the plugins of the connection.
func (c *tcpConn) begin() {
	for i, sl := range c.worker.slots {
		sl.revive()
		c.links = append(c.links, &tcpLink{c: c, index: i, slot: sl})
	}
	c.advance(0)
}

// meet tells one plugin of the connection.
func (l *tcpLink) meet() (host.Action, error) {
	l.knows = true
	if l.slot.plugin == nil {
		return 0, l.slot.err()
	}
	l.ctx = l.slot.plugin.NewTCPStream(l)
	return l.ctx.OnNewConnection()
}

// advance takes what the client has sent through the plugins from one on. Those
// that don't know the connection yet are told of it first.
func (c *tcpConn) advance(from int) {
	side := &c.sides[toUpstream]
	defer side.hold()
	for _, l := range c.links[from:] {
		if !c.step(l, side) {
			return
		}
	}
	c.told.Do(func() { close(c.ready) })
	if !side.sent {
		side.send()
	}
}

// step shows one plugin the connection and its data; false stops there.
func (c *tcpConn) step(l *tcpLink, side *tcpSide) bool {
	if l.gone {
		return true
	}
	if !l.knows {
		if action, err := l.meet(); err != nil {
			return c.trapped(l, err)
		} else if action != host.ActionContinue {
			return false
		}
	}
	if c.ends() || side.sent || side.data.Len() == 0 && !side.end {
		return !c.ends()
	}
	action, err := l.ctx.OnDownstreamData(side.data.Len(), side.end)
	if err != nil {
		return c.trapped(l, err)
	}
	return action == host.ActionContinue && !c.ends()
}

// answer takes what the upstream has sent through the plugins, last one first.
func (c *tcpConn) answer() {
	side := &c.sides[toClient]
	defer side.hold()
	for i := len(c.links) - 1; i >= 0; i-- {
		l := c.links[i]
		if l.gone {
			continue
		}
		action, err := l.ctx.OnUpstreamData(side.data.Len(), side.end)
		if err == nil && side.end {
			err = l.ctx.OnUpstreamClose(host.PeerUnknown) // as on Envoy, which doesn't say who it was
		}
		if err != nil && !c.trapped(l, err) {
			return
		}
		if err == nil && action != host.ActionContinue || c.ends() {
			return
		}
	}
	side.send()
}

// arrive is what one end has sent.
func (c *tcpConn) arrive(to int, b []byte, end bool) {
	if c.ends() {
		return
	}
	side := &c.sides[to]
	side.data.Append(b)
	side.got += uint64(len(b))
	side.end = end
	if to == toUpstream {
		c.advance(0)
		return
	}
	c.answer()
}

// end tells the plugins that the client has gone.
func (c *tcpConn) end() {
	c.over = true
	for _, l := range c.links {
		if l.ctx == nil {
			continue
		}
		_ = l.ctx.OnDownstreamClose(c.by) // a VM that is gone was told of
		l.ctx.Done()
	}
}

// ends reports that no more data is passed.
func (c *tcpConn) ends() bool { return c.isDead() || c.closing() }

func (c *tcpConn) isDead() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.killed
}

// Buffer implements host.TCPStream.
func (l *tcpLink) Buffer(t host.BufferType) *host.Buffer {
	switch t {
	case host.BufferDownstreamData:
		return l.c.sides[toUpstream].data
	case host.BufferUpstreamData:
		return l.c.sides[toClient].data
	}
	return nil
}

// Continue implements host.TCPStream: what the client has sent goes on with the
// next plugin. Answers can't be resumed, as on Envoy: more of them do.
func (l *tcpLink) Continue(d host.Direction) {
	if d == host.DirectionDownstream && !l.c.ends() && !l.c.over {
		l.c.advance(l.index + 1)
	}
}

// Close implements host.TCPStream: either direction closes the connection, after
// what is on its way to the client.
func (l *tcpLink) Close(host.Direction) { l.c.shut() }
