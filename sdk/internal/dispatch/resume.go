package dispatch

import "github.com/sluiceproxy/sluice/sdk/internal/abi"

// Resume prepares that the plugin lets a direction of the active context go on,
// and reports whether the host is to be told. A stream's own callback continues
// instead: hosts that are told inside of it pass the headers on twice. Where
// nothing is held back there is nothing to do, which is warned of once.
func (v *VM) Resume(dir abi.StreamType) bool {
	s := v.stream(v.active)
	switch {
	case s == nil || s.http == nil || dir > abi.StreamResponse || v.Plain():
		return true
	case v.running == s.id && s.direction == dir:
		s.resumed[dir] = true
		return false
	case v.Settled(s.id, dir):
		return false
	case !s.paused[dir]:
		if !v.idle {
			v.idle = true
			abi.Log(abi.LogWarn, "a stream was resumed that is not held back: nothing was done. Said once")
		}
		return false
	}
	return true
}
