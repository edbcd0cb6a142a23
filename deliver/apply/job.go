package apply

import (
	"context"
	"errors"

	"github.com/sluiceproxy/sluice/deploy/kube"
)

// attempts is how often a write is tried that somebody else's came before.
const attempts = 4

// job is one object for one cluster.
type job struct {
	pinned
	secret func(string) bool

	entry kube.Entry
	// before and sent are of the write that was tried last, before is nil where
	// there was no object.
	before, sent *kube.Object

	done   *kube.Applied
	diff   string
	waited []Waited
}

// sending says how objects are written.
type sending struct {
	dry, force, again bool
}

// write sends the object, or in a dry run asks whether it would be taken.
func (j *job) write(ctx context.Context, c *kube.Cluster, s sending) error {
	for try := 1; ; try++ {
		err := j.once(ctx, c, s)
		if err == nil || try == attempts || !errors.Is(err, kube.ErrChanged) {
			return err
		}
	}
}

func (j *job) once(ctx context.Context, c *kube.Cluster, s sending) error {
	live, err := c.Get(ctx, j.object.Kind, j.object.Namespace(), j.object.Name())
	if err != nil {
		return err
	}
	sent := j.object
	if live != nil && !s.again && j.object.Annotation(kube.PullAnnotation) == "" {
		// Without it, the apply would take the annotation away, and proxies pull.
		sent = sent.Annotate(map[string]string{kube.PullAnnotation: live.Annotation(kube.PullAnnotation)})
	}
	revised, entry, err := kube.Revise(sent, live, j.change)
	if err != nil {
		return &kube.Error{Context: c.Context, Op: "apply", Object: sent.String(), Err: err}
	}
	if !s.dry {
		j.before, j.sent = live, revised
	}
	done, err := c.Apply(ctx, revised, live, kube.ApplyOptions{DryRun: s.dry, Force: s.force})
	if err != nil {
		return err
	}
	j.entry, j.done = entry, done
	if s.dry {
		j.diff, err = kube.Diff(done.Before, done.After, j.secret)
	}
	return err
}

func (j *job) result() ObjectResult {
	r := resultOf(j.done.After, j.done.Action)
	r.Revision, r.Image, r.Digest = j.entry.Revision, j.entry.Image, j.entry.Digest
	r.Diff, r.Warnings, r.Waited = j.diff, j.warnings, j.waited
	return r
}
