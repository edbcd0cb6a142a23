package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// ErrNothingDone is in the error where no cluster was changed.
var ErrNothingDone = errors.New("nothing was changed in any context")

// send does all jobs: it asks all clusters first, then writes to one after the
// other. A failure on the way brings back what was, in all contexts, or with
// Clusters.Partial in the one that failed.
func send(ctx context.Context, targets []*target, where Clusters, s sending) error {
	ask := s
	ask.dry = true
	each(targets, func(t *target) error { return t.ask(ctx, ask) })
	if where.stopped(targets) {
		forget(targets)
		return fmt.Errorf("%w:\n%w", ErrNothingDone, failures(targets))
	}
	if s.dry {
		return failures(targets)
	}
	forget(targets)
	var written []*target
	for _, t := range usable(targets) {
		written = append(written, t)
		if t.err = t.write(ctx, s); t.err == nil {
			continue
		}
		if where.Partial {
			t.undo(ctx)
			continue
		}
		for _, w := range slices.Backward(written) {
			w.undo(ctx)
		}
		return failures(targets)
	}
	return failures(targets)
}

// ask finds out whether everything would be taken: it writes nothing.
func (t *target) ask(ctx context.Context, s sending) error {
	by := t.user(ctx)
	for _, j := range t.jobs {
		j.change.By = by
		if err := t.cluster.Needs(ctx, j.object.Kind); err != nil {
			return err
		}
		if err := j.write(ctx, t.cluster, s); err != nil {
			return err
		}
	}
	return nil
}

func (t *target) write(ctx context.Context, s sending) error {
	for _, j := range t.jobs {
		if err := j.write(ctx, t.cluster, s); err != nil {
			return err
		}
	}
	return nil
}

// forget drops what a dry run found.
func forget(targets []*target) {
	for _, t := range targets {
		for _, j := range t.jobs {
			j.done, j.diff = nil, ""
		}
	}
}

// undo brings back what was there before write, also after an interruption.
func (t *target) undo(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	wrong := []error{t.err}
	for _, j := range slices.Backward(t.jobs) {
		if err := t.find(ctx, j); err != nil {
			wrong = append(wrong, err)
		}
		if j.done == nil {
			continue
		}
		if err := t.cluster.Undo(ctx, j.done); err != nil {
			wrong = append(wrong, fmt.Errorf("it was not brought back to what it was: %w", err))
		}
	}
	t.undone = len(wrong) == 1
	t.err = errors.Join(wrong...)
}
