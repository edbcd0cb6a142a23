package dispatch

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// http starts an HTTP callback. It returns nil, and what to answer the host,
// where the plugin must not run.
func (v *VM) http(id uint32, p Phase) (s *stream, refused uint32) {
	v.enter(id)
	s = v.stream(id)
	switch {
	case s == nil || (s.http == nil && s.failed == notFailed):
		abi.Log(abi.LogCritical, "HTTP callback for a stream that was not created as one")
		reply(p)
		return nil, uint32(types.ActionPause)
	case s.createdBadly:
		s.createdBadly = false
		reply(PhaseNewContext)
		return nil, uint32(types.ActionPause)
	case s.failed != notFailed:
		return nil, s.afterFailure(p)
	}
	if len(v.bodies.held) > 0 && !p.headers() {
		registered.came(v, s, p.direction())
	}
	s.responding = s.responding || p.response()
	s.resumed = [2]bool{}
	s.direction = p.direction()
	v.running = s.id
	return s, 0
}

// headersStop reports whether a header action, unless it continues, holds back
// for good: all actions but that which waits for a body that follows.
func headersStop(a types.Action, end bool) bool {
	return a >= types.HeaderStopAllIterationAndBuffer || a == types.HeaderStopIteration && end
}

// OnRequestHeaders implements abi.Guest.
func (v *VM) OnRequestHeaders(id uint32, n int32, end bool) (action uint32) {
	s, refused := v.http(id, PhaseRequestHeaders)
	if s == nil {
		return refused
	}
	returned := false
	defer func() {
		if v.running = 0; !returned {
			action = v.rescue(s, PhaseRequestHeaders, recover())
		}
	}()
	a := s.http.OnHttpRequestHeaders(count(n), end)
	action = v.leave(s, PhaseRequestHeaders, uint32(a), headersStop(a, end))
	returned = true
	return action
}

// OnRequestBody implements abi.Guest.
func (v *VM) OnRequestBody(id uint32, size int32, end bool) (action uint32) {
	s, refused := v.http(id, PhaseRequestBody)
	if s == nil {
		return refused
	}
	returned := false
	defer func() {
		if v.running = 0; !returned {
			action = v.rescue(s, PhaseRequestBody, recover())
		}
	}()
	a := s.http.OnHttpRequestBody(count(size), end)
	action = v.leave(s, PhaseRequestBody, uint32(a), end)
	returned = true
	return action
}

// OnRequestTrailers implements abi.Guest.
func (v *VM) OnRequestTrailers(id uint32, n int32) (action uint32) {
	s, refused := v.http(id, PhaseRequestTrailers)
	if s == nil {
		return refused
	}
	returned := false
	defer func() {
		if v.running = 0; !returned {
			action = v.rescue(s, PhaseRequestTrailers, recover())
		}
	}()
	action = v.leave(s, PhaseRequestTrailers, uint32(s.http.OnHttpRequestTrailers(count(n))), true)
	returned = true
	return action
}

// OnResponseHeaders implements abi.Guest.
func (v *VM) OnResponseHeaders(id uint32, n int32, end bool) (action uint32) {
	s, refused := v.http(id, PhaseResponseHeaders)
	if s == nil {
		return refused
	}
	returned := false
	defer func() {
		if v.running = 0; !returned {
			action = v.rescue(s, PhaseResponseHeaders, recover())
		}
	}()
	a := s.http.OnHttpResponseHeaders(count(n), end)
	action = v.leave(s, PhaseResponseHeaders, uint32(a), headersStop(a, end))
	returned = true
	return action
}

// OnResponseBody implements abi.Guest.
func (v *VM) OnResponseBody(id uint32, size int32, end bool) (action uint32) {
	s, refused := v.http(id, PhaseResponseBody)
	if s == nil {
		return refused
	}
	returned := false
	defer func() {
		if v.running = 0; !returned {
			action = v.rescue(s, PhaseResponseBody, recover())
		}
	}()
	a := s.http.OnHttpResponseBody(count(size), end)
	action = v.leave(s, PhaseResponseBody, uint32(a), end)
	returned = true
	return action
}

// OnResponseTrailers implements abi.Guest.
func (v *VM) OnResponseTrailers(id uint32, n int32) (action uint32) {
	s, refused := v.http(id, PhaseResponseTrailers)
	if s == nil {
		return refused
	}
	returned := false
	defer func() {
		if v.running = 0; !returned {
			action = v.rescue(s, PhaseResponseTrailers, recover())
		}
	}()
	action = v.leave(s, PhaseResponseTrailers, uint32(s.http.OnHttpResponseTrailers(count(n))), true)
	returned = true
	return action
}
