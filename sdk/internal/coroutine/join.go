package coroutine

import (
	"context"
	"runtime"

	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

// Join runs functions beside each other, each on a fiber of its own, and
// returns when all have returned. A panic of one is a panic of the caller, once
// the others are through. Call Check first.
func Join(fs []func(ctx context.Context), ctx context.Context) {
	parent := running
	parent.children += len(fs)
	for _, f := range fs {
		child := parent.scope.add(parent.phase, &branch{f, ctx})
		child.parent, child.limit = parent, parent.limit
		child.resume()
	}
	if parent.children > 0 {
		parent.joining = true
		parent.yield(struct{}{})
	}
	if cause := parent.cause; cause != nil {
		parent.cause = nil
		panic(cause)
	}
}

// branch is one of the functions.
type branch struct {
	f   func(context.Context)
	ctx context.Context
}

// Run implements Job.
func (b *branch) Run(context.Context) { b.f(b.ctx) }

// Late implements Job.
func (b *branch) Late() {}

// joinPanic is a panic of a joined function, with the stack that it had.
type joinPanic struct {
	value any
	stack string
}

// maxStack bounds that stack, in bytes.
const maxStack = 8 << 10

func newJoinPanic(value any) error {
	stack := make([]byte, maxStack)
	return &joinPanic{value, string(stack[:runtime.Stack(stack, false)])}
}

// Error implements error.
func (p *joinPanic) Error() string {
	return dispatch.Describe(p.value) + " (in a joined function: " + p.stack + ")"
}

// Unwrap returns the value where it is an error.
func (p *joinPanic) Unwrap() error {
	err, _ := p.value.(error)
	return err
}
