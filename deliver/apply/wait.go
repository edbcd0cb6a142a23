package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// ErrNotSeen is that what was written was not seen to run in time. It was written.
var ErrNotSeen = errors.New("it was applied, and not seen to run")

// pulls is what no acknowledgement says.
const pulls = "; whether the agents beside them could pull the module, istiod does not know"

// look takes the nonces before anything is written. That istiod can't be asked is
// told where it is waited for.
func (t *target) look(ctx context.Context, w Wait) {
	if !w.On || !t.istio() {
		return
	}
	if w.Istiod != "" {
		t.view = kube.ViewAt(w.Istiod)
	} else if t.view, t.noView = t.cluster.View(ctx); t.noView != nil {
		return
	}
	t.before, t.noView = t.view.Nonces(ctx)
}

// istio reports whether istiod has a part in any of the objects.
func (t *target) istio() bool {
	for _, j := range t.jobs {
		if j.object.Kind != wasmplugin.EnvoyGateway {
			return true
		}
	}
	return false
}

// waitAll waits in all clusters at once.
func waitAll(ctx context.Context, targets []*target, w Wait) error {
	if !w.On {
		return nil
	}
	ctx, cancel := w.bound(ctx)
	defer cancel()
	targets = usable(targets) // why others aren't was told
	each(targets, func(t *target) error {
		var wrong []error
		for _, j := range t.jobs {
			if j.done != nil {
				wrong = append(wrong, t.wait(ctx, j))
			}
		}
		return errors.Join(wrong...)
	})
	return failures(targets)
}

// wait waits for one object, and notes for what.
func (t *target) wait(ctx context.Context, j *job) error {
	start := time.Now()
	waited := Waited{For: "a status that accepts it"}
	var err error
	if j.object.Kind == wasmplugin.EnvoyGateway {
		waited.Seen, waited.OK, err = t.cluster.WaitAccepted(ctx, j.done.After)
	} else {
		waited.For = "istiod's proxies to acknowledge it"
		waited.Seen, waited.OK, err = t.distributed(ctx, j)
	}
	if err != nil {
		waited.Seen = err.Error()
	}
	waited.Took = time.Since(start)
	j.waited = append(j.waited, waited)
	if !waited.OK {
		return &kube.Error{Context: t.name, Op: "wait for", Object: j.done.After.String(), Err: fmt.Errorf("%w: %s", ErrNotSeen, waited.Seen)}
	}
	return nil
}

func (t *target) distributed(ctx context.Context, j *job) (seen string, ok bool, err error) {
	if t.noView != nil {
		return "", false, t.noView
	}
	before := t.before
	if j.done.Action == kube.Unchanged {
		before = nil
	}
	d, err := t.view.WaitDistributed(ctx, j.done.After, before)
	if d == nil {
		return "", false, err
	}
	if d.Done() {
		return d.String() + pulls, true, nil
	}
	return d.String(), false, err
}
