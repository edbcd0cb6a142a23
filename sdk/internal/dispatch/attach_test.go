package dispatch

import (
	"slices"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// attached notes what it is told, and panics where it is asked to.
type attached struct {
	v      *VM
	events []string
	active []uint32
	boom   bool
}

func (a *attached) note(event string) {
	a.events, a.active = append(a.events, event), append(a.active, a.v.Active())
	if a.boom {
		panic(event)
	}
}
func (a *attached) End()  { a.note("end") }
func (a *attached) Tick() { a.note("tick") }

func TestAttachmentsEndOnce(t *testing.T) {
	var a *attached
	v, h := withStream(t, func(phase string) types.Action {
		if phase == "stream_done" {
			a.events = append(a.events, "done")
		}
		return types.ActionContinue
	})
	a = &attached{v: v}
	plugin := &attached{v: v}
	if v.Attach(99, a) || !v.Attach(2, a) || !v.Attach(1, plugin) {
		t.Fatal("attached to what is not there, or not to what is")
	}
	if v.Attached(2) != a || v.Attached(1) != plugin || v.Attached(99) != nil || v.PluginOf(2) != 1 || v.PluginOf(1) != 1 {
		t.Error("an attachment is found elsewhere than where it was put")
	}
	v.OnTick(1)
	v.OnLog(2)
	if v.Attach(2, a) {
		t.Error("attached to a stream that is done")
	}
	v.OnDelete(2)
	v.OnDelete(1)
	if want := []string{"end", "done"}; !slices.Equal(a.events, want) || !slices.Equal(a.active, []uint32{2}) {
		t.Errorf("the stream's: %v for %v, want %v for 2", a.events, a.active, want)
	}
	if want := []string{"tick", "end"}; !slices.Equal(plugin.events, want) || !slices.Equal(plugin.active, []uint32{1, 1}) {
		t.Errorf("the plugin's: %v for %v, want %v for 1", plugin.events, plugin.active, want)
	}
	if len(h.logs) != 0 {
		t.Errorf("logged %q", h.logs)
	}
}

// A stream whose id the host uses again without a word has ended as well.
func TestAttachmentsEndWithTheirID(t *testing.T) {
	v, _ := withStream(t, pause)
	a := &attached{v: v}
	v.Attach(2, a)
	v.OnContextCreate(2, 1)
	if len(a.events) != 1 || v.Attached(2) != nil {
		t.Errorf("events %v, attached %v", a.events, v.Attached(2))
	}
}

func TestPanicsOfAttachmentsStayInside(t *testing.T) {
	v, h := withStream(t, pause)
	a := &attached{v: v, boom: true}
	v.Attach(2, a)
	v.OnLog(2)
	h.oneLine(t, "stream_done", "end")
	v.Attach(1, &attached{v: v, boom: true})
	v.OnTick(1)
	if len(h.logs) != 2 || len(a.events) != 1 {
		t.Errorf("logs %q, events %v", h.logs, a.events)
	}
}

func TestBecome(t *testing.T) {
	v, h := withStream(t, pause)
	v.OnTick(1)
	v.Become(2)
	v.Become(2)
	if v.Active() != 2 || !slices.Equal(h.effective, []uint32{2}) {
		t.Errorf("acts on %d, the host was told %v", v.Active(), h.effective)
	}
}

// Rescue is what a callback's own recover is, for code on another stack.
func TestRescue(t *testing.T) {
	for _, c := range []struct {
		name      string
		policy    func(Panic) Verdict
		late      bool
		want      types.Action
		replies   int
		continued int
	}{
		{name: "closed", want: types.ActionPause, replies: 1},
		{name: "closed and late", late: true, want: types.ActionPause, replies: 1},
		{name: "open", policy: func(Panic) Verdict { return FailOpen }, want: types.ActionContinue},
		{name: "open and late", policy: func(Panic) Verdict { return FailOpen }, late: true, want: types.ActionContinue, continued: 1},
	} {
		v, h := withStream(t, pause)
		SetPolicy(c.policy)
		v.OnRequestHeaders(2, 0, true)
		if got := v.Rescue(2, PhaseRequestHeaders, "boom", c.late); got != c.want {
			t.Errorf("%s: action %d, want %d", c.name, got, c.want)
		}
		if len(h.replies) != c.replies || len(h.continued) != c.continued {
			t.Errorf("%s: replies %q, continued %v", c.name, h.replies, h.continued)
		}
		h.oneLine(t, "panicked in request_headers", "boom")
	}
	v, h := withStream(t, pause)
	if got := v.Rescue(1, PhaseTick, "boom", true); got != types.ActionContinue || len(h.replies) != 0 {
		t.Errorf("a plugin's own: action %d, replies %q", got, h.replies)
	}
	h.oneLine(t, "panicked in tick")
}

func TestSettled(t *testing.T) {
	v, _ := withStream(t, pause)
	settled := func() [2]bool {
		return [2]bool{v.Settled(2, abi.StreamRequest), v.Settled(2, abi.StreamResponse)}
	}
	if got := settled(); got != [2]bool{} {
		t.Errorf("at first: %v", got)
	}
	v.OnRequestHeaders(2, 0, true)
	v.NoteReply()
	if got := settled(); got != [2]bool{true, false} {
		t.Errorf("answered in the request: %v", got)
	}
	v.OnResponseHeaders(2, 0, true)
	v.NoteReply()
	if got := settled(); got != [2]bool{true, true} {
		t.Errorf("answered in the response: %v", got)
	}
	v.SetActive(1)
	v.NoteReply()
	if !v.Settled(99, abi.StreamRequest) {
		t.Error("an unknown stream can be resumed")
	}
}
