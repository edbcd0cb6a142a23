package emulator

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// connection is one TCP connection: data that the plugin holds back, or sees.
type connection struct{ downstream, upstream []byte }

// InitializeConnection implements HostEmulator.
func (e *emulator) InitializeConnection() (contextID uint32, action types.Action) {
	id := e.newID()
	e.conns[id] = &connection{}
	e.call(func(g abi.Guest) {
		g.OnContextCreate(id, PluginContextID)
		action = types.Action(g.OnNewConnection(id))
	})
	return id, action
}

// CallOnDownstreamData implements HostEmulator.
func (e *emulator) CallOnDownstreamData(contextID uint32, data []byte) types.Action {
	return e.flow(contextID, data, func(c *connection) *[]byte { return &c.downstream },
		func(g abi.Guest, size int32) uint32 { return g.OnDownstreamData(contextID, size, false) })
}

// CallOnUpstreamData implements HostEmulator.
func (e *emulator) CallOnUpstreamData(contextID uint32, data []byte) types.Action {
	return e.flow(contextID, data, func(c *connection) *[]byte { return &c.upstream },
		func(g abi.Guest, size int32) uint32 { return g.OnUpstreamData(contextID, size, false) })
}

func (e *emulator) flow(id uint32, data []byte, side func(*connection) *[]byte, run func(abi.Guest, int32) uint32) types.Action {
	c := e.conns[id]
	if c == nil {
		return types.ActionContinue
	}
	buf := side(c)
	*buf = append(*buf, data...)
	size := int32(len(*buf))
	var action types.Action
	e.call(func(g abi.Guest) { action = types.Action(run(g, size)) })
	if action == types.ActionContinue {
		*buf = nil
	}
	return action
}

// CloseUpstreamConnection implements HostEmulator.
func (e *emulator) CloseUpstreamConnection(contextID uint32) {
	e.call(func(g abi.Guest) { g.OnUpstreamClose(contextID, uint32(types.PeerTypeLocal)) })
}

// CloseDownstreamConnection implements HostEmulator.
func (e *emulator) CloseDownstreamConnection(contextID uint32) {
	e.call(func(g abi.Guest) { g.OnDownstreamClose(contextID, uint32(types.PeerTypeLocal)) })
}

// CompleteConnection implements HostEmulator.
func (e *emulator) CompleteConnection(contextID uint32) {
	e.call(func(g abi.Guest) {
		g.OnLog(contextID)
		g.OnDelete(contextID)
	})
	delete(e.conns, contextID)
}
