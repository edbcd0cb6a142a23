package bundle

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// connection takes a callback of a connection. Plugins of connections are not
// chained: the gateway's buffer can't be divided among them.
func (g *guest) connection(id uint32) abi.Guest {
	g.enter(id)
	s := g.stream(id)
	if front := g.alone(s); front != nil {
		return front
	}
	if s != nil && !s.over {
		s.over = true
		abi.Log(abi.LogCritical, "bundle: plugins of connections can't be listed in "+chainKey+"; choose one by the filter's root_id")
	}
	abi.CloseStream(abi.StreamDownstream)
	return nil
}

// OnNewConnection implements abi.Guest.
func (g *guest) OnNewConnection(id uint32) uint32 {
	if front := g.connection(id); front != nil {
		defer g.done()
		return front.OnNewConnection(id)
	}
	return uint32(1)
}

// OnDownstreamData implements abi.Guest.
func (g *guest) OnDownstreamData(id uint32, size int32, end bool) uint32 {
	if front := g.connection(id); front != nil {
		defer g.done()
		return front.OnDownstreamData(id, size, end)
	}
	return uint32(1)
}

// OnDownstreamClose implements abi.Guest.
func (g *guest) OnDownstreamClose(id, peer uint32) {
	g.enter(id)
	if front := g.alone(g.stream(id)); front != nil {
		defer g.done()
		front.OnDownstreamClose(id, peer)
	}
}

// OnUpstreamData implements abi.Guest.
func (g *guest) OnUpstreamData(id uint32, size int32, end bool) uint32 {
	if front := g.connection(id); front != nil {
		defer g.done()
		return front.OnUpstreamData(id, size, end)
	}
	return uint32(1)
}

// OnUpstreamClose implements abi.Guest.
func (g *guest) OnUpstreamClose(id, peer uint32) {
	g.enter(id)
	if front := g.alone(g.stream(id)); front != nil {
		defer g.done()
		front.OnUpstreamClose(id, peer)
	}
}
