package coroutine

import (
	"context"
	"errors"
	"iter"

	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// Job is what a fiber runs.
type Job interface {
	// Run is the handler; it may park.
	Run(ctx context.Context)
	// Late follows a Run that had parked and has returned, on the stack of the
	// callback that made it end. It is left out where Run panicked and where
	// the scope is over.
	Late()
}

// fiber is a coroutine with the handler that it runs. It is used again for
// others, so nothing outside of this package holds one.
type fiber struct {
	next  func() (struct{}, bool)
	stop  func()
	yield func(struct{}) bool
	spent bool // runtime.Goexit was called on it: it can't be stopped any more

	scope        *Scope
	newer, older *fiber // of the same scope
	phase        dispatch.Phase
	job          Job
	done         bool // Run is over
	parked       bool // has waited at least once
	failed       bool // Run panicked
	action       types.Action

	waiting  *Wait  // where it is parked
	parent   *fiber // it is one of the functions that parent joins
	limit    *Limit // nil where the job has all the time it wants
	children int    // functions that have not returned
	joining  bool   // it is parked until children is 0
	cause    error  // a child's panic
}

// running is the fiber whose code runs now, nil outside of straight-line
// handlers: a VM has one thread.
var running *fiber

var errGoexit = errors.New("the handler called runtime.Goexit")

func newFiber() *fiber {
	f := &fiber{}
	f.next, f.stop = iter.Pull(func(yield func(struct{}) bool) {
		f.yield = yield
		f.serve()
	})
	return f
}

// serve runs one job after another. runtime.Goexit can't be undone, but it runs
// deferred calls first: the fiber lives on in one of them.
func (f *fiber) serve() {
	stopped := false
	defer func() {
		if stopped {
			return
		}
		f.spent = true
		if f.yield(struct{}{}) {
			f.serve()
		}
	}()
	for {
		f.run()
		if !f.yield(struct{}{}) {
			stopped = true
			return
		}
	}
}

// run runs the job and judges a panic while its stack is still there.
func (f *fiber) run() {
	returned := false
	defer func() {
		f.done = true
		if returned {
			return
		}
		value := recover()
		if value == nil {
			value = errGoexit
		}
		f.failed = true
		if f.parent != nil {
			f.parent.cause = newJoinPanic(value)
			return
		}
		f.action = f.scope.plugin.vm.Rescue(f.scope.id, f.phase, value, f.parked)
	}()
	f.job.Run(f.context())
	returned = true
}

// resume runs the fiber until it parks or its job is over.
func (f *fiber) resume() {
	before := running
	running = f
	f.next()
	running = before
	if f.done {
		f.retire()
		return
	}
	f.parked = true
}

// retire hands the result on and the fiber back.
func (f *fiber) retire() {
	parent, job, scope := f.parent, f.job, f.scope
	late := f.parked && !f.failed
	scope.remove(f)
	if parent == nil {
		scope.plugin.put(f)
		if late && !scope.over {
			job.Late()
		}
		return
	}
	scope.plugin.put(f)
	if parent.children--; parent.children == 0 && parent.joining {
		parent.joining = false
		parent.resume()
	}
}
