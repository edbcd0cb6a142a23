package dispatch

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// attachment notes what it is told, and which context was active.
type attachment struct {
	v     *VM
	ended []uint32
	ticks []uint32
}

func (a *attachment) End()  { a.ended = append(a.ended, a.v.Active()) }
func (a *attachment) Tick() { a.ticks = append(a.ticks, a.v.Active()) }

func TestAttachmentIsToldOnce(t *testing.T) {
	v, _ := attachRig(t, nil)
	stream, plugin := &attachment{v: v}, &attachment{v: v}
	v.OnContextCreate(2, 1)
	if !v.Attach(2, stream) || !v.Attach(1, plugin) || v.Attach(9, stream) {
		t.Error("Attach has not told which contexts there are")
	}
	if v.Attached(2) != Attachment(stream) || v.Attached(1) != Attachment(plugin) || v.Attached(9) != nil {
		t.Error("what was attached is not there")
	}
	if v.PluginOf(2) != 1 || v.PluginOf(1) != 1 {
		t.Errorf("plugins %d and %d, want 1", v.PluginOf(2), v.PluginOf(1))
	}
	v.OnTick(1)
	v.OnLog(2)
	if v.Attach(2, stream) {
		t.Error("something was attached to a stream that is over")
	}
	v.OnDelete(2)
	v.OnDelete(1)
	if len(stream.ended) != 1 || stream.ended[0] != 2 || len(plugin.ended) != 1 || plugin.ended[0] != 1 {
		t.Errorf("ended %v and %v", stream.ended, plugin.ended)
	}
	if len(plugin.ticks) != 1 || len(stream.ticks) != 0 {
		t.Errorf("ticks %v and %v", plugin.ticks, stream.ticks)
	}
}

// A host that uses an id again without OnDelete ends what was there.
func TestAttachmentOfAReusedID(t *testing.T) {
	v, _ := attachRig(t, nil)
	a := &attachment{v: v}
	v.OnContextCreate(2, 1)
	v.Attach(2, a)
	v.OnContextCreate(2, 1)
	if len(a.ended) != 1 || v.Attached(2) != nil {
		t.Errorf("ended %d times, still attached %v", len(a.ended), v.Attached(2))
	}
}

func TestSettled(t *testing.T) {
	for _, c := range []struct {
		name              string
		do                func(v *VM)
		request, response bool
	}{
		{"open", func(*VM) {}, false, false},
		{"answered in the request", func(v *VM) { v.wait(); v.OnRequestHeaders(2, 0, true); v.NoteReply() }, true, false},
		{"answered in the response", func(v *VM) { v.wait(); v.OnResponseHeaders(2, 0, true); v.NoteReply() }, true, true},
		{"failed", func(v *VM) { v.Rescue(2, PhaseRequestHeaders, "x", true) }, true, true},
		{"over", func(v *VM) { v.OnLog(2) }, true, true},
		{"deleted", func(v *VM) { v.OnDelete(2) }, true, true},
	} {
		v, _ := attachRig(t, nil)
		v.OnContextCreate(2, 1)
		c.do(v)
		if req, resp := v.Settled(2, abi.StreamRequest), v.Settled(2, abi.StreamResponse); req != c.request || resp != c.response {
			t.Errorf("%s: request %v, response %v, want %v, %v", c.name, req, resp, c.request, c.response)
		}
	}
}

func TestRescue(t *testing.T) {
	open := func(Panic) Verdict { return FailOpen }
	for _, c := range []struct {
		name      string
		policy    func(Panic) Verdict
		late      bool
		want      types.Action
		replies   int
		continued int
	}{
		{"closed", nil, false, types.ActionPause, 1, 0},
		{"closed and late", nil, true, types.ActionPause, 1, 0},
		{"open", open, false, types.ActionContinue, 0, 0},
		{"open and late", open, true, types.ActionContinue, 0, 1},
	} {
		v, h := attachRig(t, c.policy)
		v.OnContextCreate(2, 1)
		v.wait()
		v.OnRequestHeaders(2, 0, true) // which holds the request back
		got := v.Rescue(2, PhaseRequestHeaders, "boom", c.late)
		if got != c.want || len(h.replies) != c.replies || len(h.continued) != c.continued || len(h.logs) != 1 {
			t.Errorf("%s: action %v, %d replies, %d resumed, %d lines", c.name, got, len(h.replies), len(h.continued), len(h.logs))
		}
	}
	v, h := attachRig(t, nil)
	v.Rescue(1, PhaseTick, "boom", false)
	if len(h.logs) != 1 || len(h.replies) != 0 {
		t.Errorf("a plugin's panic: %d lines, %d replies", len(h.logs), len(h.replies))
	}
}

// The callouts of a stream go with it, and only those.
func TestCalloutsGoWithTheirStream(t *testing.T) {
	v, _ := attachRig(t, nil)
	answered := 0
	for id := uint32(2); id < 5; id++ {
		v.OnContextCreate(id, 1)
		for token := range uint32(3) {
			v.AddHTTPCall(id*10+token, func(int, int, int) { answered++ })
		}
	}
	v.OnHTTPCallResponse(1, 31, 0, 0, 0)
	v.OnDelete(3)
	v.OnHTTPCallResponse(1, 30, 0, 0, 0)
	if answered != 1 || len(v.calls) != 6 || v.Waiting(2) != 3 || v.Waiting(3) != 0 {
		t.Errorf("answered %d, %d callouts are left, stream 2 waits for %d", answered, len(v.calls), v.Waiting(2))
	}
}

// holding holds everything back.
type holding struct{ types.DefaultHttpContext }

func (*holding) OnHttpRequestHeaders(int, bool) types.Action { return types.ActionPause }

func attachRig(t *testing.T, policy func(Panic) Verdict) (*VM, *fakeHost) {
	t.Helper()
	h, vm := &fakeHost{}, registered.vm
	host, before := abi.SetHost(h), SetPolicy(policy)
	t.Cleanup(func() {
		abi.SetHost(host)
		SetPolicy(before)
		registered.vm = vm
	})
	registered.vm = &fakePlugin{http: func(uint32) types.HttpContext { return &holding{} }, tick: func() {}}
	v := NewVM()
	v.OnContextCreate(1, 0)
	return v, h
}

// wait makes stream 2 wait for a callout, so that it may be held back.
func (v *VM) wait() {
	v.active = 2
	v.AddHTTPCall(99, func(int, int, int) {})
}
