package call

import (
	"context"
	"errors"

	"github.com/sluiceproxy/sluice/sdk/internal/coroutine"
)

// Join runs functions beside each other and returns when all have returned:
// their calls wait at the same time. Each may itself make one call after the
// other. The error joins theirs (errors.Join), nil where there is none.
//
// Functions don't run in parallel: one has the VM until it waits, so variables
// that they share need no lock. A panic in one ends the handler, once the
// others are through. Use Join, not go statements and channels, to have several
// calls at once: a VM whose goroutines all block is dead.
func Join(ctx context.Context, functions ...func(ctx context.Context) error) error {
	if _, err := coroutine.Check(ctx, longest); err != nil {
		return &Error{Op: "join", Err: waitError(err)}
	}
	errs := make([]error, len(functions))
	branches := make([]func(context.Context), len(functions))
	for i, f := range functions {
		branches[i] = func(ctx context.Context) { errs[i] = f(ctx) }
	}
	coroutine.Join(branches, ctx)
	return errors.Join(errs...)
}
