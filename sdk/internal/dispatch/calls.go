package dispatch

import (
	"slices"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// callKey names a callout: hosts number them for each VM or each plugin.
type callKey struct {
	plugin, token uint32
	redis         bool
}

// call is a callout that waits for its answer.
type call struct {
	http   func(numHeaders, bodySize, numTrailers int)
	redis  func(status, responseSize int)
	stream uint32 // 0 where the plugin itself made the call
}

// AddHTTPCall notes that f waits for the answer to an HTTP callout of the
// active context. f may be nil.
func (v *VM) AddHTTPCall(token uint32, f func(numHeaders, bodySize, numTrailers int)) {
	if f != nil {
		v.addCall(callKey{token: token}, call{http: f})
	}
}

// AddRedisCall is AddHTTPCall's twin for Redis calls.
func (v *VM) AddRedisCall(token uint32, f func(status, responseSize int)) {
	if f != nil {
		v.addCall(callKey{token: token, redis: true}, call{redis: f})
	}
}

func (v *VM) addCall(key callKey, c call) {
	key.plugin = v.active
	s := v.stream(v.active)
	if s != nil {
		key.plugin, c.stream = s.plugin, s.id
	}
	if old, ok := v.calls[key]; ok {
		v.forget(old.stream, key) // its answer can't be told from this one's
	}
	if s != nil {
		s.calls = append(s.calls, key)
	}
	v.calls[key] = c
	v.effective = abi.SetEffectiveContext
	wantProgress()
}

// Waiting returns how many callouts of a stream have not been answered; those
// without a callback don't count, since nothing happens at their answer.
func (v *VM) Waiting(id uint32) int {
	if len(v.calls) == 0 {
		return 0
	}
	return v.waiting(id)
}

func (v *VM) waiting(id uint32) int {
	if s := v.stream(id); s != nil {
		return len(s.calls)
	}
	return 0
}

// takeCall returns the callout that an answer is for and the stream that made
// it, nil for the plugin itself. Answers that nobody waits for, or whose
// stream is over, are dropped.
func (v *VM) takeCall(key callKey) (c call, s *stream, ok bool) {
	if c, ok = v.calls[key]; !ok {
		return call{}, nil, false
	}
	delete(v.calls, key)
	if c.stream == 0 {
		return c, nil, true
	}
	if s = v.stream(c.stream); s == nil {
		return call{}, nil, false
	}
	v.forget(c.stream, key)
	return c, s, s.failed == notFailed && !s.done
}

// forget takes a callout off those that a stream waits for.
func (v *VM) forget(id uint32, key callKey) {
	s := v.stream(id)
	if s == nil {
		return
	}
	if i := slices.Index(s.calls, key); i >= 0 {
		s.calls = slices.Delete(s.calls, i, i+1)
	}
}

// OnHTTPCallResponse implements abi.Guest.
func (v *VM) OnHTTPCallResponse(plugin, token uint32, headers, bodySize, trailers int32) {
	c, s, ok := v.takeCall(callKey{plugin: plugin, token: token})
	if !ok {
		return
	}
	if v.become(plugin, s) {
		defer v.rescueCall(s, PhaseHTTPCall)
	} else {
		defer v.rescuePlugin(plugin, PhaseHTTPCall)
	}
	c.http(count(headers), count(bodySize), count(trailers))
	v.settle(s, PhaseHTTPCall)
}

// OnRedisCallResponse implements abi.Guest.
func (v *VM) OnRedisCallResponse(plugin, token uint32, status, size int32) {
	c, s, ok := v.takeCall(callKey{plugin: plugin, token: token, redis: true})
	if !ok {
		return
	}
	if v.become(plugin, s) {
		defer v.rescueCall(s, PhaseRedisCall)
	} else {
		defer v.rescuePlugin(plugin, PhaseRedisCall)
	}
	c.redis(int(status), count(size))
	v.settle(s, PhaseRedisCall)
}

// become makes host calls act on s, or on the plugin where s is nil, and
// reports whether it was a stream.
func (v *VM) become(plugin uint32, s *stream) bool {
	if s == nil {
		v.enter(plugin)
		return false
	}
	v.enter(s.id)
	v.effective(s.id)
	return true
}

// WaitsForHTTP reports whether somebody waits for the answer to an HTTP callout,
// as the host tells it.
func (v *VM) WaitsForHTTP(plugin, token uint32) bool {
	_, ok := v.calls[callKey{plugin: plugin, token: token}]
	return ok
}

// WaitsForRedis is WaitsForHTTP's twin for Redis calls.
func (v *VM) WaitsForRedis(plugin, token uint32) bool {
	_, ok := v.calls[callKey{plugin: plugin, token: token, redis: true}]
	return ok
}
