package apply

import (
	"context"
	"errors"
	"fmt"

	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// RollbackOptions say what to go back to. Name is required.
type RollbackOptions struct {
	Named
	// To is a revision. Default: the one before the present one.
	To int

	Clusters Clusters
	Images   Images
	DryRun   bool
	Force    bool
	Wait     Wait
	Secret   func(name string) bool
}

// Rollback applies an earlier revision again, as a new one. It is checked as Apply
// checks, but for a registry that is down: the revision is pinned, and was checked
// when it was applied.
func Rollback(ctx context.Context, o RollbackOptions) (*Result, error) {
	targets := o.Clusters.targets()
	p := newPinner(o.Images)
	p.known = true
	defer p.close()
	for _, t := range targets {
		if t.err == nil {
			t.err = t.goBack(ctx, o, p)
		}
	}
	if o.Clusters.stopped(targets) {
		return results(targets, o.DryRun), fmt.Errorf("%w:\n%w", ErrNothingDone, failures(targets))
	}
	for _, t := range usable(targets) {
		t.look(ctx, o.Wait)
	}
	err := send(ctx, targets, o.Clusters, sending{dry: o.DryRun, force: o.Force})
	if !o.DryRun && (err == nil || o.Clusters.Partial) {
		err = errors.Join(err, waitAll(ctx, targets, o.Wait))
	}
	return results(targets, o.DryRun), err
}

// goBack finds the revision, and makes a job of it.
func (t *target) goBack(ctx context.Context, o RollbackOptions, p *pinner) error {
	obj, err := o.must(ctx, t.cluster)
	if err != nil {
		return err
	}
	h, err := ours(obj, t.cluster)
	if err != nil {
		return err
	}
	e, err := pick(h, o.To)
	if err != nil {
		return &kube.Error{Context: t.name, Op: "roll back", Object: obj.String(), Err: err}
	}
	j, err := p.again(ctx, e, obj)
	if err != nil {
		return &kube.Error{Context: t.name, Op: "roll back", Object: obj.String(), Err: err}
	}
	j.secret = o.Secret
	t.jobs = append(t.jobs, j)
	return nil
}

// pick is the revision that is meant.
func pick(h kube.History, to int) (kube.Entry, error) {
	if to == 0 {
		if len(h) < 2 {
			return kube.Entry{}, errors.New("there is no revision before the present one")
		}
		return h[1], nil
	}
	e, ok := h.Find(to)
	if !ok {
		return e, fmt.Errorf("there is no revision %d; there are %d to %d", to, h[len(h)-1].Revision, h[0].Revision)
	}
	return e, nil
}

// again makes a job of a revision: what was applied, checked once more.
func (p *pinner) again(ctx context.Context, e kube.Entry, live *kube.Object) (*job, error) {
	old, err := e.Applied()
	if err != nil {
		return nil, err
	}
	if old == nil {
		return nil, fmt.Errorf("revision %d was too large to be kept; apply its file", e.Revision)
	}
	if old.Kind != live.Kind || old.Name() != live.Name() {
		return nil, fmt.Errorf("%w: revision %d is of another object, %s", kube.ErrHistory, e.Revision, old)
	}
	old = old.In(live.Namespace())
	text, err := old.YAML()
	if err != nil {
		return nil, err
	}
	source := fmt.Sprintf("revision %d", e.Revision)
	plugins, err := wasmplugin.Parse(source, text)
	if err != nil {
		return nil, err
	}
	r := resource{kind: live.Kind, namespace: live.Namespace(), name: live.Name(), source: source, plugins: plugins}
	checked, err := p.pin(ctx, r)
	if err != nil {
		return nil, err
	}
	j := &job{pinned: pinned{object: old, change: kube.Change{Why: fmt.Sprintf("rollback to %d", e.Revision), Image: e.Image, Digest: e.Digest}}}
	for _, one := range checked {
		j.warnings = append(j.warnings, one.warnings...)
		j.change.Config = append(j.change.Config, one.change.Config...)
	}
	return j, nil
}
