package run

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/build"
)

// fakeEngine remembers what it was given.
type fakeEngine struct {
	mu      sync.Mutex
	setup   Setup
	applied []State
	started bool
	closed  bool
	refuse  error // what Apply answers
	done    chan struct{}
	err     error
}

func newFake() *fakeEngine { return &fakeEngine{done: make(chan struct{})} }

func (f *fakeEngine) Target() build.Target  { return build.Any }
func (f *fakeEngine) Addr() string          { return "127.0.0.1:1" }
func (f *fakeEngine) Done() <-chan struct{} { return f.done }
func (f *fakeEngine) Err() error            { return f.err }

func (f *fakeEngine) Start(_ context.Context, s Setup) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.setup, f.started = s, true
	return f.refuse
}

func (f *fakeEngine) Apply(_ context.Context, s State) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse != nil {
		return f.refuse
	}
	f.applied = append(f.applied, s)
	return nil
}

func (f *fakeEngine) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	return nil
}

// running is a Run that a test drives.
type running struct {
	t      *testing.T
	events chan Event
	cancel context.CancelFunc
	ended  chan error
}

// begin runs o with everything on free ports.
func begin(t *testing.T, o Options) *running {
	t.Helper()
	r := &running{t: t, events: make(chan Event, 10000), ended: make(chan error, 1)}
	o.OnEvent = func(e Event) { r.events <- e }
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.HTTPBin == "" {
		o.HTTPBin = "127.0.0.1:0"
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.cancel = cancel
	go func() { r.ended <- Run(ctx, o); close(r.ended) }()
	t.Cleanup(func() { r.stop() })
	return r
}

// stop ends the run as an interrupt does.
func (r *running) stop() {
	r.t.Helper()
	r.cancel()
	select {
	case err := <-r.ended:
		if err != nil {
			r.t.Errorf("Run: %v", err)
		}
	case <-time.After(20 * time.Second):
		r.t.Error("Run does not end")
	}
}

// next waits for an event of the same type as like, skipping others.
func next[E Event](r *running) E {
	r.t.Helper()
	deadline := time.After(60 * time.Second)
	for {
		select {
		case e := <-r.events:
			if want, ok := e.(E); ok {
				return want
			}
			if f, ok := e.(Failed); ok {
				r.t.Fatalf("unexpected: %s", f.Err)
			}
		case err := <-r.ended:
			r.t.Fatalf("Run ended: %v", err)
		case <-deadline:
			r.t.Fatal("nothing happens")
		}
	}
}

// reloaded waits for the next reload and checks what it was.
func (r *running) reloaded(what string) {
	r.t.Helper()
	if got := next[Reloaded](r); !strings.Contains(got.What, what) {
		r.t.Errorf("reloaded %q, want %q", got.What, what)
	}
}

// failed waits for the next failure and checks its reason.
func (r *running) failed(why string) {
	r.t.Helper()
	if got := next[Failed](r); !strings.Contains(got.Err, why) || got.LeftOut {
		r.t.Errorf("failed with %+v, want %q", got, why)
	}
}

// leftOut is failed for a plugin that has no version that serves.
func (r *running) leftOut(why string) {
	r.t.Helper()
	if got := next[Failed](r); !strings.Contains(got.Err, why) || !got.LeftOut {
		r.t.Errorf("left out with %+v, want %q", got, why)
	}
}

var errRefused = errors.New("refused by the engine")
