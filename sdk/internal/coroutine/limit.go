package coroutine

import (
	"context"
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/clock"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Limit is the context of a job that has a time to end by, which holds for all
// its waits, whatever context they are given.
type Limit struct {
	*Scope
	// Values answers Value; nil has no values.
	Values func(key any) any

	until  int64 // on the clock of this package
	at     time.Time
	done   chan struct{}
	asked  int // Err was called so often since then
	closed bool
}

var _ context.Context = (*Limit)(nil)

// RunFor is Run for a job that is to end within d. Its context is a *Limit.
func (s *Scope) RunFor(phase dispatch.Phase, job Job, d time.Duration) (Outcome, types.Action) {
	f := s.add(phase, job)
	f.limit = &Limit{Scope: s, until: clock.Now() + int64(d), at: time.Now().Add(d)}
	return s.start(f)
}

// Deadline implements context.Context.
func (l *Limit) Deadline() (time.Time, bool) { return l.at, true }

// Value implements context.Context.
func (l *Limit) Value(key any) any {
	if l.Values == nil {
		return nil
	}
	return l.Values(key)
}

// maxAsked is how often a job may find out that its time is up: one that asks
// until that changes would never end.
const maxAsked = 100_000

// Err implements context.Context.
func (l *Limit) Err() error {
	if err := l.Scope.Err(); err != nil {
		return err
	}
	if clock.Now() < l.until {
		return nil
	}
	if l.asked++; l.asked > maxAsked {
		panic(errStuck)
	}
	l.close()
	return context.DeadlineExceeded
}

// Done implements context.Context. It is closed with the stream, or when Err
// finds that the time is up.
func (l *Limit) Done() <-chan struct{} {
	if l.done == nil {
		l.done = make(chan struct{})
		l.AfterFunc(l.close)
		_ = l.Err()
	}
	return l.done
}

func (l *Limit) close() {
	if l.done != nil && !l.closed {
		l.closed = true
		close(l.done)
	}
}

// overtime is how much later a wait ends than the time of its job: hosts count
// time from a little before a call is made, and a call that they end because
// that time is up must not look like one that was over before.
const overtime = 20 * time.Millisecond

// cut shortens a wait of the fiber to the time that its job has left.
func (f *fiber) cut(limit time.Duration) (time.Duration, error) {
	if f.limit == nil {
		return limit, nil
	}
	if err := f.limit.Err(); err != nil {
		return 0, err
	}
	return min(limit, time.Duration(f.limit.until-clock.Now())+overtime), nil
}

// own reports whether ctx is what the fiber's job was given.
func (f *fiber) own(ctx context.Context) bool {
	return ctx == context.Context(f.scope) || f.limit != nil && ctx == context.Context(f.limit)
}

// context is what the fiber's job is given.
func (f *fiber) context() context.Context {
	if f.limit != nil {
		return f.limit
	}
	return f.scope
}
