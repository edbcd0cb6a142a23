package coroutine

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

// limited runs f as a job that has d.
func (r *rig) limited(id uint32, d time.Duration, f func(ctx context.Context)) Outcome {
	outcome, _ := Stream(id).RunFor(dispatch.PhaseRequestHeaders, job{run: f}, d)
	return outcome
}

// A wait ends with the job's time, whatever context and limit it has.
func TestLimitHoldsForEachWait(t *testing.T) {
	for name, wait := range map[string]func(ctx context.Context) error{
		"own context":   func(ctx context.Context) error { return park(ctx, &Wait{}, time.Hour) },
		"no context":    func(context.Context) error { return park(context.Background(), &Wait{}, time.Hour) },
		"derived":       func(ctx context.Context) error { return park(context.WithoutCancel(ctx), &Wait{}, time.Hour) },
		"in a function": joined,
	} {
		r := newRig(t)
		id := r.stream()
		var got, after error
		var ctx context.Context
		r.limited(id, 150*time.Millisecond, func(c context.Context) {
			ctx = c
			got = wait(c)
			after = park(context.Background(), &Wait{}, time.Hour)
		})
		r.tick(100 * time.Millisecond)
		if got != nil || ctx.Err() != nil {
			t.Errorf("%s: ended early: %v, %v", name, got, ctx.Err())
		}
		r.tick(100 * time.Millisecond)
		if !errors.Is(got, ErrDeadline) && !errors.Is(got, context.DeadlineExceeded) {
			t.Errorf("%s: the wait ended with %v", name, got)
		}
		if !errors.Is(after, context.DeadlineExceeded) || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			t.Errorf("%s: a second wait gave %v, the context says %v", name, after, ctx.Err())
		}
		r.end(id)
	}
}

func joined(ctx context.Context) (err error) {
	Join([]func(context.Context){func(ctx context.Context) { err = park(context.Background(), &Wait{}, time.Hour) }}, ctx)
	return err
}

func TestLimitIsAContext(t *testing.T) {
	r := newRig(t)
	id := r.stream()
	var w Wait
	var ctx, child context.Context
	r.limited(id, time.Second, func(c context.Context) {
		l := c.(*Limit)
		if l.Value("k") != nil {
			t.Error("a value from nowhere")
		}
		l.Values = func(key any) any { return key }
		ctx = c
		var cancel func()
		child, cancel = context.WithCancel(c)
		t.Cleanup(cancel)
		park(c, &w, time.Hour)
	})
	at, ok := ctx.Deadline()
	if left := time.Until(at); !ok || left <= 0 || left > time.Second {
		t.Errorf("deadline %v, %v", at, ok)
	}
	if ctx.Value("k") != "k" {
		t.Error("the values are not asked")
	}
	select {
	case <-ctx.Done():
		t.Error("done before its time")
	default:
	}
	r.now += 2 * time.Second
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("after its time: %v", ctx.Err())
	}
	<-ctx.Done()
	r.end(id)
	if ctx.Err() != context.Canceled || child.Err() != context.Canceled {
		t.Errorf("after the stream: %v, derived: %v", ctx.Err(), child.Err())
	}
}

// A job that asks until its time comes back would never end.
func TestLimitEndsWhoOnlyAsks(t *testing.T) {
	r := newRig(t)
	id := r.stream()
	outcome := r.limited(id, -1, func(ctx context.Context) {
		for park(ctx, &Wait{}, time.Second) != nil {
		}
	})
	if outcome != Failed || len(r.logs) != 1 || r.replies != 1 {
		t.Errorf("outcome %v, log %q, %d replies", outcome, r.logs, r.replies)
	}
}

// A fiber that had a limit has none for its next job.
func TestLimitIsNotInherited(t *testing.T) {
	r := newRig(t)
	id := r.stream()
	r.limited(id, time.Millisecond, func(context.Context) {})
	r.now += time.Second
	r.start(id, func(ctx context.Context) {
		if _, err := Check(ctx, time.Hour); err != nil || ctx != context.Context(Stream(id)) {
			t.Errorf("the next job: %v, context %T", err, ctx)
		}
	})
}
