package coroutine

import (
	"context"
	"errors"
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/clock"
)

// What a wait can end with, besides what its context says.
var (
	// ErrNoHandler: the caller is no straight-line handler.
	ErrNoHandler = errors.New("not called from a straight-line handler")
	// ErrDeadline: the time is up.
	ErrDeadline = errors.New("deadline passed")
	// ErrEnded: the stream, or the plugin, is over.
	ErrEnded = errors.New("stream ended")
)

// maxRefused is how often a handler may ask for waits after its stream is over:
// one that repeats a call until it succeeds would never end.
const maxRefused = 100

var errStuck = errors.New("the handler went on although its stream is over: it must return when its context has an error")

// Wait is one thing that a fiber waits for. The zero value is ready; it is used
// once.
type Wait struct {
	fiber      *fiber
	ctx        context.Context // nil for the scope itself
	deadline   int64           // on the clock of this package
	err        error
	over       bool
	prev, next *Wait // in the plugin's list
}

// Check says whether the running handler may begin to wait, and for how long:
// limit, or less where ctx ends sooner.
func Check(ctx context.Context, limit time.Duration) (time.Duration, error) {
	f := running
	if f == nil {
		return 0, ErrNoHandler
	}
	if s := f.scope; s.over {
		if s.refused++; s.refused > maxRefused {
			panic(errStuck)
		}
		return 0, ErrEnded
	}
	limit, err := f.cut(limit)
	if err != nil || f.own(ctx) {
		return limit, err
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	if t, ok := ctx.Deadline(); ok {
		if limit = min(limit, time.Until(t)); limit <= 0 {
			return 0, context.DeadlineExceeded
		}
	}
	return limit, nil
}

// Park parks the running handler until Wake, which gives nil, the limit
// (ErrDeadline), the end of ctx (its error) or that of the stream (ErrEnded).
// Call Check first.
func (w *Wait) Park(ctx context.Context, limit time.Duration) error {
	f := running
	if w.over {
		return w.err // woken already
	}
	if f.scope.over {
		return ErrEnded
	}
	w.fiber = f
	if !f.own(ctx) {
		w.ctx = ctx
	}
	f.waiting = w
	f.scope.plugin.add(w, limit)
	f.yield(struct{}{})
	return w.err
}

// Wake lets the handler go on; at once, within this call. It does nothing where
// the wait is over.
func (w *Wait) Wake() { w.finish(nil) }

func (w *Wait) finish(err error) {
	if w.over {
		return
	}
	w.over, w.err = true, err
	f := w.fiber
	if f == nil {
		return // not parked yet
	}
	w.fiber, f.waiting = nil, nil
	f.scope.plugin.remove(w)
	f.resume()
}

// Left returns how long the wait would last still.
func (w *Wait) Left() time.Duration { return time.Duration(w.deadline - clock.Now()) }
