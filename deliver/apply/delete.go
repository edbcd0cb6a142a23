package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sluiceproxy/sluice/deploy/kube"
)

// DeleteOptions say what is deleted: what Name says, or the resources of Files.
type DeleteOptions struct {
	Named
	Files    []string
	Clusters Clusters
	// DryRun makes the API servers check all and write nothing.
	DryRun bool
	// Force deletes also what was not applied by this command.
	Force bool
	Wait  Wait
}

// errLeftAlone is that nothing was asked of a context after another one failed.
var errLeftAlone = errors.New("nothing was deleted here, as another context failed; --partial goes on")

// Delete deletes objects that were applied by this command. All clusters are asked
// first. An object that is not there is an error for a name, and none for a file.
func Delete(ctx context.Context, o DeleteOptions) (*Result, error) {
	var resources []resource
	var err error
	if o.Name == "" {
		if resources, err = load(o.Files, o.Clusters.Namespace); err != nil {
			return nil, err
		}
	}
	targets := o.Clusters.targets()
	found := map[*target][]*kube.Object{}
	for _, t := range targets {
		if t.err == nil {
			found[t], t.err = o.look(ctx, t.cluster, resources)
		}
	}
	if o.Clusters.stopped(targets) {
		return results(targets, o.DryRun), fmt.Errorf("%w:\n%w", ErrNothingDone, failures(targets))
	}
	failed := false
	for _, t := range usable(targets) {
		if failed && !o.Clusters.Partial {
			t.err = &kube.Error{Context: t.name, Op: "delete", Err: errLeftAlone}
			continue
		}
		t.err = o.delete(ctx, t, found[t])
		failed = failed || t.err != nil
	}
	if o.Wait.On && !o.DryRun {
		o.waitGone(ctx, targets)
	}
	return results(targets, o.DryRun), failures(targets)
}

// delete deletes the objects of one cluster, up to the first that fails.
func (o DeleteOptions) delete(ctx context.Context, t *target, objects []*kube.Object) error {
	for _, obj := range objects {
		if !o.DryRun {
			if err := t.cluster.Delete(ctx, obj, false); err != nil {
				return err
			}
		}
		t.jobs = append(t.jobs, &job{done: &kube.Applied{Action: kube.Deleted, Before: obj, After: obj}})
	}
	return nil
}

// look finds the objects of one cluster, and asks whether they may be deleted.
func (o DeleteOptions) look(ctx context.Context, c *kube.Cluster, resources []resource) ([]*kube.Object, error) {
	objects, err := o.objects(ctx, c, resources)
	if err != nil {
		return nil, err
	}
	for _, obj := range objects {
		if !o.Force && !obj.Ours() {
			return nil, &kube.Error{Context: c.Context, Op: "delete", Object: obj.String(), Err: fmt.Errorf("%w; --force deletes it all the same", kube.ErrNotOurs)}
		}
		if err := c.Delete(ctx, obj, true); err != nil {
			return nil, err
		}
	}
	return objects, nil
}

// waitGone waits until all are gone.
func (o DeleteOptions) waitGone(ctx context.Context, targets []*target) {
	ctx, cancel := o.Wait.bound(ctx)
	defer cancel()
	each(targets, func(t *target) error {
		for _, j := range t.jobs {
			start := time.Now()
			seen, ok, err := t.cluster.WaitGone(ctx, j.done.After)
			j.waited = append(j.waited, Waited{For: "it to be gone", OK: ok, Seen: seen, Took: time.Since(start)})
			if err == nil && !ok {
				err = &kube.Error{Context: t.name, Op: "delete", Object: j.done.After.String(), Err: errors.New("it was not gone in time: " + seen)}
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
