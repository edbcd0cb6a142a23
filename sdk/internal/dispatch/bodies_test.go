package dispatch

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// waiter holds headers back until the body comes.
type waiter struct{ types.DefaultHttpContext }

func (w *waiter) OnHttpRequestHeaders(int, bool) types.Action  { return types.HeaderStopIteration }
func (w *waiter) OnHttpResponseHeaders(int, bool) types.Action { return types.HeaderStopIteration }

// bodyRig is a VM with a plugin of waiters, on a clock of its own.
type bodyRig struct {
	*VM
	host *periods
	now  int64
}

func newBodyRig(t *testing.T) *bodyRig {
	t.Helper()
	r := &bodyRig{VM: NewVM(), host: &periods{}}
	before, vm, was := abi.SetHost(r.host), SetCurrent(r.VM), registered
	t.Cleanup(func() { abi.SetHost(before); SetCurrent(vm); registered = was })
	SetVMContext(&fakePlugin{http: func(uint32) types.HttpContext { return &waiter{} }})
	WatchBodies(func() int64 { return r.now })
	r.OnContextCreate(1, 0)
	return r
}

func (r *bodyRig) stream(id uint32) {
	r.OnContextCreate(id, 1)
	r.OnRequestHeaders(id, 0, false)
}

func (r *bodyRig) after(seconds int) {
	r.now += int64(seconds) * 1e9
	r.OnTick(1)
}

// A gateway that never shows a body doesn't make streams hang.
func TestNoBodyIsShown(t *testing.T) {
	r := newBodyRig(t)
	r.stream(2)
	r.after(4)
	r.stream(3)
	if len(r.host.replies) != 0 {
		t.Fatalf("ended too early: %v", r.host.replies)
	}
	r.after(1)
	if got := r.host.replies; len(got) != 1 || got[0] != detailNoBodyShown || r.host.effective[0] != 2 {
		t.Fatalf("replies %v, calls act on %v", got, r.host.effective)
	}
	if !strings.Contains(strings.Join(r.host.logs, "\n"), "allow_on_headers_stop_iteration") || r.host.metrics["sluice_bodies_never_shown"] != 1 {
		t.Errorf("log %v, metrics %v", r.host.logs, r.host.metrics)
	}
	r.after(4)
	r.after(0)
	if got := r.host.replies; len(got) != 2 {
		t.Errorf("replies %v", got)
	}
	if last := r.host.asked[len(r.host.asked)-1]; last != 0 || len(r.bodies.held) != 0 {
		t.Errorf("the host was asked for %v, %d streams are looked after", r.host.asked, len(r.bodies.held))
	}
	if r.Active() != 1 {
		t.Errorf("the tick ends in context %d", r.Active())
	}
	// A body that comes now, since the host let the stream go on, passes nothing.
	if action := r.OnRequestBody(2, 4, true); action == 0 {
		t.Error("an ended stream passes")
	}
}

// Once a body came while headers waited, a slow sender is just that.
func TestBodiesAreShown(t *testing.T) {
	r := newBodyRig(t)
	r.stream(2)
	r.stream(3)
	r.OnRequestBody(2, 4, false)
	if last := r.host.asked[len(r.host.asked)-1]; last != 0 {
		t.Errorf("ticks every %d ms for nothing", last)
	}
	r.stream(4)
	r.after(100)
	if len(r.host.replies) != 0 || len(r.bodies.held) != 0 {
		t.Errorf("replies %v, held %v", r.host.replies, r.bodies.held)
	}
}

// What is no proof that bodies are shown, and what needs nobody to look after.
func TestHeadersThatDontWait(t *testing.T) {
	for name, f := range map[string]func(r *bodyRig){
		"resumed":  func(r *bodyRig) { r.active = 2; r.NoteResume(abi.StreamRequest); r.OnRequestBody(2, 4, true) },
		"gone":     func(r *bodyRig) { r.OnLog(2); r.OnDelete(2) },
		"answered": func(r *bodyRig) { r.active = 2; r.NoteReply() },
		"id again": func(r *bodyRig) { r.OnLog(2); r.OnDelete(2); r.OnContextCreate(2, 1) },
	} {
		r := newBodyRig(t)
		r.stream(2)
		f(r)
		if r.bodies.shown {
			t.Errorf("%s: taken for a proof", name)
		}
		if r.after(6); len(r.host.replies) != 0 || len(r.bodies.held) != 0 {
			t.Errorf("%s: replies %v, held %v", name, r.host.replies, r.bodies.held)
		}
	}
	r := newBodyRig(t)
	r.stream(2)
	for range 10_000 { // clients that leave
		r.stream(3)
		r.OnLog(3)
		r.OnDelete(3)
	}
	if r.after(1); len(r.bodies.held) != 1 {
		t.Errorf("%d streams are looked after", len(r.bodies.held))
	}
}

// A plugin that fails open lets the stream go on; one whose coroutine is busy
// with it has a time of its own.
func TestNoBodyIsShownPolicies(t *testing.T) {
	r := newBodyRig(t)
	SetPolicy(func(Panic) Verdict { return FailOpen })
	r.stream(2)
	busy := &busyAttachment{busy: true}
	r.Attach(2, busy)
	r.after(6)
	if len(r.host.replies)+len(r.host.continued) != 0 {
		t.Fatal("the stream of a busy coroutine was ended")
	}
	busy.busy = false
	r.after(6)
	if len(r.host.replies) != 0 || len(r.host.continued) != 1 {
		t.Errorf("replies %v, continued %v", r.host.replies, r.host.continued)
	}
}

type busyAttachment struct{ busy bool }

func (b *busyAttachment) Busy() bool { return b.busy }
func (*busyAttachment) End()         {}
func (*busyAttachment) Tick()        {}
