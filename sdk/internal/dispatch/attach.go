package dispatch

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Attachment is what another layer of the SDK keeps with a context. Nothing is
// linked for plugins that attach nothing.
type Attachment interface {
	// End runs once, when the context is over: for a stream before its last
	// callback, with calls acting on it.
	End()
	// Tick runs before the plugin's OnTick, for what is attached to a plugin
	// context. It leaves calls acting on that context.
	Tick()
}

// Attach keeps a with the context of that id, a stream's or a plugin's. It
// reports false where there is none, or none that still can be told of its end.
func (v *VM) Attach(id uint32, a Attachment) bool {
	wantProgress()
	if s := v.stream(id); s != nil && !s.done {
		s.attached = a
		return true
	}
	if p := v.pluginAt(id); p != nil {
		p.attached = a
		return true
	}
	return false
}

// Attached returns what is kept with a context, nil for nothing.
func (v *VM) Attached(id uint32) Attachment {
	if s := v.stream(id); s != nil {
		return s.attached
	}
	if p := v.pluginAt(id); p != nil {
		return p.attached
	}
	return nil
}

// end tells an attachment, once, that its context is over.
func end(a *Attachment) {
	if gone := *a; gone != nil {
		*a = nil
		gone.End()
	}
}

// PluginOf returns the plugin context that a stream belongs to, and id itself
// where it is no stream.
func (v *VM) PluginOf(id uint32) uint32 {
	if s := v.stream(id); s != nil {
		return s.plugin
	}
	return id
}

// Answered reports whether the plugin has answered the active stream before, in
// the same half of it: hosts take the first answer only, and stock Envoy dies of
// a second one in the response.
func (v *VM) Answered() bool {
	s := v.stream(v.active)
	return s != nil && s.answered()
}

// Over reports whether the active stream's last callback runs or has run. Stock
// Envoy dies of an answer there.
func (v *VM) Over() bool {
	s := v.stream(v.active)
	return s != nil && s.done
}

func (s *stream) answered() bool {
	return s.replied == repliedInResponse || s.replied == repliedInRequest && !s.responding
}

// NoteReply notes that the plugin has answered the active stream.
func (v *VM) NoteReply() {
	v.turn++
	s := v.stream(v.active)
	if s == nil {
		return
	}
	s.replied = repliedInRequest
	if s.responding {
		s.replied = repliedInResponse
	}
}

// NoteResume notes that the plugin has resumed a direction of the active stream.
func (v *VM) NoteResume(dir abi.StreamType) {
	v.turn++
	if s := v.stream(v.active); s != nil && dir <= abi.StreamResponse {
		s.paused[dir], s.stuck[dir], s.resumed[dir] = false, false, true
	}
}

// NoteEnd notes that the plugin itself has sent the end of the active stream's
// response: what it holds back of it is not waited for.
func (v *VM) NoteEnd() {
	if s := v.stream(v.active); s != nil {
		s.injectedEnd = true
	}
}

// ChangesBody notes that the plugin changes the body of the active stream, and
// reports whether it does so for the first time.
func (v *VM) ChangesBody(dir abi.StreamType) bool {
	s := v.stream(v.active)
	if s == nil || dir > abi.StreamResponse || s.changed[dir] {
		return false
	}
	s.changed[dir] = true
	return true
}

// Settled reports whether a direction of a stream has nothing to resume any
// more: the stream was answered, failed, is over or unknown. An answer that the
// plugin gave to the request is itself a response that can be held back.
func (v *VM) Settled(id uint32, dir abi.StreamType) bool {
	s := v.stream(id)
	if s == nil || s.done || s.failed != notFailed || s.replied == repliedInResponse {
		return true
	}
	return s.replied == repliedInRequest && dir == abi.StreamRequest
}

// Become makes calls act on a context, as the host does by itself when it calls
// one.
func (v *VM) Become(id uint32) {
	if v.active != id {
		v.SetActive(id)
		abi.SetEffectiveContext(id)
	}
}

// Rescue does for code that runs on a stack of its own what the VM does around
// callbacks: called with what recover returned, it logs the panic with the
// stack of the caller and asks the policy. It returns the action for the
// callback that runs. late says that there is none, as it returned before: a
// stream that may go on is resumed then.
func (v *VM) Rescue(id uint32, p Phase, value any, late bool) types.Action {
	s := v.stream(id)
	if s == nil || s.done {
		v.logPanic(Panic{Phase: p, ContextID: id, PluginID: v.PluginOf(id), Value: value})
		return types.ActionContinue
	}
	if v.judge(Panic{Phase: p, ContextID: s.id, PluginID: s.plugin, Value: value}) == FailClosed {
		v.fail(s, p)
		return types.ActionPause
	}
	if late {
		s.release()
	}
	return types.ActionContinue
}
