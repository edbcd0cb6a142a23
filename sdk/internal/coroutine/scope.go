package coroutine

import (
	"context"
	"time"

	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Scope is a stream, or what a plugin does of itself: the fibers that end with
// it. It is the context.Context of their handlers.
type Scope struct {
	id      uint32
	plugin  *Plugin
	fibers  *fiber // the newest
	over    bool
	refused int // waits asked for since then
	done    chan struct{}
	after   []*afterFunc
}

var (
	_ context.Context     = (*Scope)(nil)
	_ dispatch.Attachment = (*Scope)(nil)
)

// Outcome says how far a job came before Run returned.
type Outcome uint8

const (
	// Finished: the job's Run has returned.
	Finished Outcome = iota
	// Parked: it waits; its Late will follow unless it panics or the scope ends.
	Parked
	// Failed: it panicked, and the stream was dealt with.
	Failed
)

// Stream returns the scope of the stream with that id.
func Stream(id uint32) *Scope {
	vm := dispatch.Current()
	if s, ok := vm.Attached(id).(*Scope); ok {
		return s
	}
	s := PluginOf(vm.PluginOf(id)).newScope(id)
	if !vm.Attach(id, s) {
		s.over = true // a stream whose end nobody will tell
	}
	return s
}

// scopeBatch is how many scopes are allocated at once. None is used twice.
const scopeBatch = 16

func (p *Plugin) newScope(id uint32) *Scope {
	if len(p.scopes) == 0 {
		p.scopes = make([]Scope, scopeBatch)
	}
	s := &p.scopes[0]
	p.scopes = p.scopes[1:]
	s.id, s.plugin = id, p
	return s
}

// Run runs a job until it parks or ends. The action is that of a panic.
func (s *Scope) Run(phase dispatch.Phase, job Job) (Outcome, types.Action) {
	return s.start(s.add(phase, job))
}

func (s *Scope) start(f *fiber) (Outcome, types.Action) {
	f.resume()
	// f may serve another job by now, but only where this one is not parked,
	// and nobody has touched it since.
	switch {
	case !f.done:
		return Parked, 0
	case f.failed:
		return Failed, f.action
	}
	return Finished, 0
}

func (s *Scope) add(phase dispatch.Phase, job Job) *fiber {
	f := s.plugin.get()
	f.scope, f.phase, f.job = s, phase, job
	f.older = s.fibers
	if f.older != nil {
		f.older.newer = f
	}
	s.fibers = f
	return f
}

func (s *Scope) remove(f *fiber) {
	if f.newer != nil {
		f.newer.older = f.older
	} else {
		s.fibers = f.older
	}
	if f.older != nil {
		f.older.newer = f.newer
	}
	f.newer, f.older = nil, nil
}

// Busy reports whether a job of the scope has not ended.
func (s *Scope) Busy() bool { return s.fibers != nil }

// End implements dispatch.Attachment: it unwinds every fiber, those that others
// join first. Fibers can't park any more, so each resumed one ends.
func (s *Scope) End() {
	s.over = true
	s.cancel()
	for {
		f := s.fibers
		for f != nil && f.waiting == nil {
			f = f.older
		}
		if f == nil {
			return
		}
		f.waiting.finish(ErrEnded)
	}
}

// Tick implements dispatch.Attachment; streams have none.
func (s *Scope) Tick() {}

// Deadline implements context.Context: each wait has one, the scope has none.
func (s *Scope) Deadline() (time.Time, bool) { return time.Time{}, false }

// Err implements context.Context.
func (s *Scope) Err() error {
	if s.over {
		return context.Canceled
	}
	return nil
}

// Value implements context.Context.
func (s *Scope) Value(any) any { return nil }

// Done implements context.Context. Receiving from it in a handler would stop
// the VM; it is here for derived contexts and for select with a default.
func (s *Scope) Done() <-chan struct{} {
	if s.done == nil {
		s.done = make(chan struct{})
		if s.over {
			close(s.done)
		}
	}
	return s.done
}

// afterFunc is a pointer so that stopping it finds it.
type afterFunc struct{ f func() }

// AfterFunc lets package context derive from s without a goroutine: f runs at
// the end of the scope.
func (s *Scope) AfterFunc(f func()) (stop func() bool) {
	if s.over {
		f()
		return func() bool { return false }
	}
	a := &afterFunc{f}
	s.after = append(s.after, a)
	return func() bool {
		pending := a.f != nil
		a.f = nil
		return pending
	}
}

func (s *Scope) cancel() {
	if s.done != nil {
		close(s.done)
	}
	after := s.after
	s.after = nil
	for _, a := range after {
		if f := a.f; f != nil {
			a.f = nil
			f()
		}
	}
}
