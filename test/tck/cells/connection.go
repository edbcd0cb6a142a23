package cells

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// connection is one TCP connection.
type connection struct {
	types.DefaultTcpContext
	plugin *plugin
	id     uint32
	cell   *armed
}

func (c *connection) run(phase string) types.Action {
	c.cell.run(phase, c.id, c.plugin.id)
	return types.ActionContinue
}

// OnNewConnection implements types.TcpContext.
func (c *connection) OnNewConnection() types.Action { return c.run(NewConnection) }

// OnDownstreamData implements types.TcpContext.
func (c *connection) OnDownstreamData(size int, _ bool) types.Action {
	if c.cell.phase != TickInTCP || c.cell.ran || size == 0 {
		if size == 0 {
			return types.ActionContinue
		}
		return c.run(DownstreamData)
	}
	c.plugin.waiting = append(c.plugin.waiting, func() {
		if proxywasm.SetEffectiveContext(c.id) == nil {
			c.run(TickInTCP)
		}
	})
	return types.ActionPause
}

// OnUpstreamData implements types.TcpContext.
func (c *connection) OnUpstreamData(size int, _ bool) types.Action {
	if size == 0 {
		return types.ActionContinue
	}
	return c.run(UpstreamData)
}

// OnDownstreamClose implements types.TcpContext.
func (c *connection) OnDownstreamClose(types.PeerType) { c.run(DownstreamClose) }

// OnUpstreamClose implements types.TcpContext.
func (c *connection) OnUpstreamClose(types.PeerType) { c.run(UpstreamClose) }

// OnStreamDone implements types.TcpContext.
func (c *connection) OnStreamDone() {
	c.run(ConnectionDone)
	c.cell.over = true
}
