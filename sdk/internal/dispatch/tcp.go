package dispatch

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// tcp starts a TCP callback. It returns nil, and what to answer the host,
// where the plugin must not run.
func (v *VM) tcp(id uint32) (s *stream, refused uint32) {
	v.enter(id)
	s = v.stream(id)
	switch {
	case s == nil || s.createdBadly || (s.tcp == nil && s.failed == notFailed):
		if s != nil {
			s.createdBadly = false
		}
		abi.CloseStream(abi.StreamDownstream)
		return nil, uint32(types.ActionPause)
	case s.failed != notFailed:
		return nil, s.afterFailure(PhaseDownstreamData)
	}
	return s, 0
}

// OnNewConnection implements abi.Guest.
func (v *VM) OnNewConnection(id uint32) (action uint32) {
	s, refused := v.tcp(id)
	if s == nil {
		return refused
	}
	returned := false
	defer func() {
		if !returned {
			action = v.rescue(s, PhaseNewConnection, recover())
		}
	}()
	action = uint32(s.tcp.OnNewConnection())
	returned = true
	return action
}

// OnDownstreamData implements abi.Guest.
func (v *VM) OnDownstreamData(id uint32, size int32, end bool) (action uint32) {
	s, refused := v.tcp(id)
	if s == nil {
		return refused
	}
	returned := false
	defer func() {
		if !returned {
			action = v.rescue(s, PhaseDownstreamData, recover())
		}
	}()
	action = uint32(s.tcp.OnDownstreamData(count(size), end))
	returned = true
	return action
}

// OnDownstreamClose implements abi.Guest.
func (v *VM) OnDownstreamClose(id, peer uint32) {
	if s, _ := v.tcp(id); s != nil {
		defer v.rescuePlugin(id, PhaseDownstreamClose)
		s.tcp.OnDownstreamClose(types.PeerType(peer))
	}
}

// OnUpstreamData implements abi.Guest.
func (v *VM) OnUpstreamData(id uint32, size int32, end bool) (action uint32) {
	s, refused := v.tcp(id)
	if s == nil {
		return refused
	}
	returned := false
	defer func() {
		if !returned {
			action = v.rescue(s, PhaseUpstreamData, recover())
		}
	}()
	action = uint32(s.tcp.OnUpstreamData(count(size), end))
	returned = true
	return action
}

// OnUpstreamClose implements abi.Guest.
func (v *VM) OnUpstreamClose(id, peer uint32) {
	if s, _ := v.tcp(id); s != nil {
		defer v.rescuePlugin(id, PhaseUpstreamClose)
		s.tcp.OnUpstreamClose(types.PeerType(peer))
	}
}
