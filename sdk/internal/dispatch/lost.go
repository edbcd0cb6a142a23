package dispatch

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// errNeverResumed is what a policy sees as Panic.Value for a lost stream.
var errNeverResumed = errors.New("the plugin holds the stream back, and has no call under way at whose answer it could resume or answer it")

const detailNeverResumed = "plugin_never_resumed"

// leave ends a stream's callback. It remembers whether the callback's direction
// is now held back, and whether for good: so that only the plugin can let it go
// on. A stream that nothing can resume is dealt with at once, instead of
// hanging until the client gives up.
func (v *VM) leave(s *stream, p Phase, action uint32, forGood bool) uint32 {
	dir := s.direction
	if action == 0 {
		s.paused[dir], s.stuck[dir] = false, false
		return 0
	}
	if s.resumed[dir] {
		action = 0
	}
	goesOn := p.headers() && action == uint32(types.HeaderContinueAndEndStream)
	s.paused[dir] = action != 0 && !goesOn
	s.stuck[dir] = s.paused[dir] && forGood
	if registered.hold != nil && waitsForBody(p, action, forGood) {
		registered.hold(v, s, dir)
	}
	if !s.stuck[dir] || v.Plain() || !v.lost(s, dir) {
		return action
	}
	if v.giveUp(s, p) == FailClosed {
		return action
	}
	s.paused[dir], s.stuck[dir] = false, false
	return uint32(types.ActionContinue)
}

// settle is leave for the end of a callout's callback. s is nil where the plugin
// itself made the call.
func (v *VM) settle(s *stream, p Phase) {
	if s == nil || v.Plain() {
		return
	}
	for dir := abi.StreamRequest; dir <= abi.StreamResponse; dir++ {
		if !v.lost(s, dir) {
			continue
		}
		if v.giveUp(s, p) == FailClosed {
			return
		}
		s.stuck[dir] = false
		s.release()
	}
}

// giveUp logs a lost stream, counts it, and answers it unless the policy says
// that it may go on.
func (v *VM) giveUp(s *stream, p Phase) Verdict {
	if v.active != s.id && v.effective != nil {
		v.become(s.plugin, s) // the callback has made calls act on another one
	}
	verdict := v.ask(Panic{Phase: p, ContextID: s.id, PluginID: s.plugin, Value: errNeverResumed})
	end := "it is answered with 500"
	if verdict == FailOpen {
		end = "it goes on, as the plugin's policy says"
	}
	abi.Log(abi.LogError, "a stream would hang after "+p.String()+", "+end+": "+errNeverResumed.Error())
	v.tally("sluice_streams_never_resumed")
	if verdict == FailClosed {
		v.failWith(s, detailNeverResumed)
	}
	return verdict
}

// lost reports whether a direction of a stream is held back until the plugin
// resumes it, and nothing is under way that could make the plugin do so.
func (v *VM) lost(s *stream, dir abi.StreamType) bool {
	if !s.stuck[dir] || len(s.calls) > 0 || s.elsewhere || v.crosses || v.Settled(s.id, dir) {
		return false
	}
	if dir == abi.StreamResponse && s.injectedEnd {
		return false
	}
	return !s.busy()
}

// busy reports whether what is attached to a stream has something under way.
func (s *stream) busy() bool {
	if s.attached == nil {
		return false
	}
	busy, ok := s.attached.(interface{ Busy() bool })
	return !ok || busy.Busy()
}

// Lost is lost for the stream with that id.
func (v *VM) Lost(id uint32, dir abi.StreamType) bool {
	s := v.stream(id)
	return s != nil && v.lost(s, dir)
}

// ResumedElsewhere notes that a callback of another context will resume or
// answer the active stream. It reports false where that is no stream.
func (v *VM) ResumedElsewhere() bool {
	wantProgress()
	s := v.stream(v.active)
	if s != nil {
		s.elsewhere = true
	}
	return s != nil
}

// Crosses notes that the plugin makes calls act on a context of its choice: from
// now on it may resume any stream from any callback.
func (v *VM) Crosses() {
	wantProgress()
	v.crosses = true
}
