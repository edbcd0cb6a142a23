package coroutine

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

func TestWakeResumesWithinTheCall(t *testing.T) {
	r := newRig(t)
	id := r.stream()
	var w Wait
	steps, late := "", 0
	outcome, _ := Stream(id).Run(dispatch.PhaseRequestHeaders, job{
		run:  func(ctx context.Context) { steps += "a"; park(ctx, &w, time.Second); steps += "b" },
		late: func() { late++ },
	})
	if outcome != Parked || steps != "a" {
		t.Fatalf("outcome %v after steps %q", outcome, steps)
	}
	w.Wake()
	w.Wake()
	if steps != "ab" || late != 1 {
		t.Errorf("steps %q, late %d, want ab and 1", steps, late)
	}
	if r.start(id, func(context.Context) {}) != Finished {
		t.Error("a handler that doesn't wait did not finish")
	}
	r.end(id)
	if r.done[id] != 1 {
		t.Errorf("done %d times", r.done[id])
	}
}

func TestFibersAreUsedAgain(t *testing.T) {
	r := newRig(t)
	before := runtime.NumGoroutine()
	for range 1000 {
		id := r.stream()
		var w Wait
		r.start(id, func(ctx context.Context) { park(ctx, &w, time.Second) })
		w.Wake()
		r.end(id)
	}
	if n := runtime.NumGoroutine() - before; n > 1 {
		t.Errorf("%d coroutines for one handler at a time", n)
	}
	if n := len(r.plugin().idle); n != 1 {
		t.Errorf("%d idle, want 1", n)
	}
}

func TestPoolIsBoundedAndReleased(t *testing.T) {
	r := newRig(t)
	before := runtime.NumGoroutine()
	var ids []uint32
	for range maxIdle + 50 {
		id := r.stream()
		ids = append(ids, id)
		r.start(id, func(ctx context.Context) { park(ctx, &Wait{}, time.Second) })
	}
	if n := runtime.NumGoroutine() - before; n != maxIdle+50 {
		t.Errorf("%d coroutines for %d handlers", n, maxIdle+50)
	}
	for _, id := range ids {
		r.end(id)
	}
	if n := runtime.NumGoroutine() - before; n != maxIdle {
		t.Errorf("%d coroutines are kept, want %d", n, maxIdle)
	}
	r.vm.OnDelete(1)
	if n := runtime.NumGoroutine() - before; n != 0 {
		t.Errorf("%d coroutines outlive the plugin", n)
	}
}

func TestDeadline(t *testing.T) {
	r := newRig(t)
	id := r.stream()
	var got error
	r.start(id, func(ctx context.Context) { got = park(ctx, &Wait{}, 250*time.Millisecond) })
	r.tick(100 * time.Millisecond)
	r.tick(100 * time.Millisecond)
	if got != nil || r.period != 50 {
		t.Errorf("after 200 ms: %v, the tick is %d ms, want 50", got, r.period)
	}
	r.tick(50 * time.Millisecond)
	if got != ErrDeadline {
		t.Errorf("after 250 ms: %v", got)
	}
	if r.effective != 1 || r.vm.Active() != 1 {
		t.Errorf("calls act on %d, want the plugin", r.effective)
	}
	for range enough {
		r.tick(50 * time.Millisecond)
	}
	if r.period != 0 {
		t.Errorf("the tick goes on every %d ms", r.period)
	}
}

// The plugin's own tick stays.
func TestTickOfThePluginStays(t *testing.T) {
	r := newRig(t)
	dispatch.Current().SetTick(1, dispatch.PluginTicks, 100)
	id := r.stream()
	r.start(id, func(ctx context.Context) { park(ctx, &Wait{}, 5*time.Millisecond) })
	if r.period != 5 {
		t.Errorf("the tick is %d ms, want 5", r.period)
	}
	for range enough + 1 {
		r.tick(5 * time.Millisecond)
	}
	if r.period != 100 {
		t.Errorf("the tick is %d ms, want 100", r.period)
	}
}

func TestEndUnwinds(t *testing.T) {
	r := newRig(t)
	id := r.stream()
	var w Wait
	var got, after, ctxErr error
	deferred, late := false, false
	Stream(id).Run(dispatch.PhaseRequestHeaders, job{
		run: func(ctx context.Context) {
			defer func() { deferred = true }()
			got = park(ctx, &w, time.Second)
			ctxErr = ctx.Err()
			after = park(ctx, &Wait{}, time.Second)
		},
		late: func() { late = true },
	})
	r.end(id)
	if got != ErrEnded || after != ErrEnded || ctxErr != context.Canceled || !deferred || late {
		t.Errorf("got %v, then %v, context %v, deferred %v, late %v", got, after, ctxErr, deferred, late)
	}
	w.Wake() // an answer after the end
	if r.plugin().count != 0 || r.plugin().first != nil {
		t.Error("a wait is left")
	}
}

func TestContext(t *testing.T) {
	r := newRig(t)
	id := r.stream()
	var kept, derived, stopped context.Context
	r.start(id, func(ctx context.Context) {
		kept = ctx
		var cancel func()
		derived, cancel = context.WithCancel(ctx)
		t.Cleanup(cancel)
		stopped, cancel = context.WithCancel(ctx)
		cancel()
	})
	goroutines := runtime.NumGoroutine()
	select {
	case <-kept.Done():
		t.Error("done before the end")
	default:
	}
	if kept.Err() != nil || derived.Err() != nil || stopped.Err() == nil {
		t.Errorf("errors %v, %v, %v", kept.Err(), derived.Err(), stopped.Err())
	}
	if _, ok := kept.Deadline(); ok || kept.Value("key") != nil {
		t.Error("the context has a deadline or a value")
	}
	r.end(id)
	<-kept.Done()
	<-derived.Done()
	if derived.Err() != context.Canceled || runtime.NumGoroutine() > goroutines {
		t.Errorf("derived context: %v; %d goroutines, want %d", derived.Err(), runtime.NumGoroutine(), goroutines)
	}
	late, cancel := context.WithCancel(kept)
	defer cancel()
	if late.Err() == nil {
		t.Error("a context derived after the end is alive")
	}
}

func TestDerivedContextEndsAWait(t *testing.T) {
	r := newRig(t)
	id := r.stream()
	ctx2, cancel := context.WithCancel(context.Background())
	var got error
	r.start(id, func(context.Context) { got = park(ctx2, &Wait{}, time.Minute) })
	r.tick(100 * time.Millisecond)
	cancel()
	if got != nil {
		t.Fatalf("ended with %v too early", got)
	}
	r.tick(100 * time.Millisecond)
	if got != context.Canceled {
		t.Errorf("got %v", got)
	}
	r.start(id, func(context.Context) { got = park(ctx2, &Wait{}, time.Minute) })
	if got != context.Canceled {
		t.Errorf("a wait with a context that is over: %v", got)
	}
}

func TestDeadlineOfAContextCounts(t *testing.T) {
	r := newRig(t)
	id := r.stream()
	ctx2, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	r.start(id, func(context.Context) {
		if d, err := Check(ctx2, 2*time.Hour); err != nil || d > time.Hour {
			t.Errorf("got %v, %v, want at most an hour", d, err)
		}
		past, cancel := context.WithDeadline(ctx2, time.Now().Add(-time.Second))
		defer cancel()
		if _, err := Check(past, time.Second); err != context.DeadlineExceeded {
			t.Errorf("a deadline in the past: %v", err)
		}
	})
}

func TestOnlyHandlersWait(t *testing.T) {
	newRig(t)
	if _, err := Check(context.Background(), time.Second); err != ErrNoHandler {
		t.Errorf("got %v", err)
	}
}

func TestPanicAndGoexit(t *testing.T) {
	for name, fail := range map[string]func(){
		"panic":  func() { panic("boom") },
		"index":  func() { _ = t.Name()[len(t.Name())] },
		"goexit": runtime.Goexit,
	} {
		for _, waits := range []bool{false, true} {
			r := newRig(t)
			for range 20 {
				id := r.stream()
				var w Wait
				late, deferred := false, false
				outcome, action := Stream(id).Run(dispatch.PhaseRequestHeaders, job{
					run: func(ctx context.Context) {
						defer func() { deferred = true }()
						if waits {
							park(ctx, &w, time.Second)
						}
						fail()
					},
					late: func() { late = true },
				})
				w.Wake()
				if want := map[bool]Outcome{false: Failed, true: Parked}[waits]; outcome != want || late || !deferred || !waits && action != 1 {
					t.Errorf("%s, waits %v: outcome %v, action %v, late %v, deferred %v", name, waits, outcome, action, late, deferred)
				}
				r.end(id)
			}
			if r.replies != 20 || len(r.logs) != 20 || len(r.plugin().idle) != 1 {
				t.Errorf("%s, waits %v: %d replies, %d lines, %d fibers", name, waits, r.replies, len(r.logs), len(r.plugin().idle))
			}
		}
	}
}

func TestStuckHandler(t *testing.T) {
	r := newRig(t)
	id := r.stream()
	r.start(id, func(ctx context.Context) {
		for {
			park(ctx, &Wait{}, time.Second)
		}
	})
	r.end(id)
	if len(r.logs) != 1 || !strings.Contains(r.logs[0], errStuck.Error()) || r.replies != 0 {
		t.Errorf("logged %q, %d replies", r.logs, r.replies)
	}
}

func TestJoin(t *testing.T) {
	r := newRig(t)
	id := r.stream()
	var a, b Wait
	steps := ""
	r.start(id, func(ctx context.Context) {
		Join([]func(context.Context){
			func(ctx context.Context) { park(ctx, &a, time.Second); steps += "a" },
			func(context.Context) { steps += "-" },
			func(ctx context.Context) { park(ctx, &b, time.Second); steps += "b" },
		}, ctx)
		Join(nil, ctx)
		steps += "."
	})
	b.Wake()
	a.Wake()
	if steps != "-ba." {
		t.Errorf("steps %q", steps)
	}
}

func TestJoinPanics(t *testing.T) {
	r := newRig(t)
	id := r.stream()
	var a, b Wait
	through := false
	cause := errors.New("boom")
	r.start(id, func(ctx context.Context) {
		defer func() {
			err, _ := recover().(error)
			if !errors.Is(err, cause) || !strings.Contains(err.Error(), "TestJoinPanics") || !through {
				t.Errorf("recovered %v; the other was through: %v", err, through)
			}
		}()
		Join([]func(context.Context){
			func(ctx context.Context) { park(ctx, &a, time.Second); panic(cause) },
			func(ctx context.Context) { park(ctx, &b, time.Second); through = true },
		}, ctx)
		t.Error("Join returned")
	})
	a.Wake()
	b.Wake()
}

func TestEndUnwindsJoined(t *testing.T) {
	r := newRig(t)
	id := r.stream()
	order := ""
	r.start(id, func(ctx context.Context) {
		wait := func(name string) func(context.Context) {
			return func(ctx context.Context) { park(ctx, &Wait{}, time.Second); order += name }
		}
		Join([]func(context.Context){wait("a"), func(ctx context.Context) {
			Join([]func(context.Context){wait("b"), wait("c")}, ctx)
			order += "d"
		}}, ctx)
		order += "e"
	})
	r.end(id)
	if len(order) != 5 || !strings.HasSuffix(order, "e") || strings.IndexByte(order, 'd') < strings.IndexByte(order, 'b') {
		t.Errorf("unwound in the order %q", order)
	}
}
