package apply

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/sluiceproxy/sluice/deploy/kube"
)

// target is a cluster and what is to be done there.
type target struct {
	name    string
	cluster *kube.Cluster // nil where the kubeconfig has none
	jobs    []*job
	err     error
	undone  bool

	// view is what istiod tells, noView why nothing, before what was sent before.
	view   *kube.View
	noView error
	before kube.Nonces
}

// targets opens the contexts. What is wrong with one is in it.
func (c Clusters) targets() []*target {
	names := c.Contexts
	if len(names) == 0 {
		names = []string{""}
	}
	var all []*target
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			continue
		}
		t := &target{name: name}
		t.cluster, t.err = kube.Open(kube.Options{Kubeconfig: c.Kubeconfig, Context: name, Namespace: c.Namespace, Timeout: c.RequestTimeout})
		if t.err == nil {
			t.name = t.cluster.Context
		}
		all = append(all, t)
	}
	return all
}

// each does something in all clusters that have no error yet, at once.
func each(targets []*target, do func(*target) error) {
	var group sync.WaitGroup
	for _, t := range targets {
		if t.err == nil {
			group.Add(1)
			go func() {
				defer group.Done()
				t.err = do(t)
			}()
		}
	}
	group.Wait()
}

// failures are those of all clusters.
func failures(targets []*target) error {
	var all []error
	for _, t := range targets {
		all = append(all, t.err)
	}
	return errors.Join(all...)
}

// usable are those without an error.
func usable(targets []*target) []*target {
	return slices.DeleteFunc(slices.Clone(targets), func(t *target) bool { return t.err != nil })
}

// stopped reports whether nothing may be done as some cluster can't be used.
func (c Clusters) stopped(targets []*target) bool {
	good := len(usable(targets))
	return good == 0 || good < len(targets) && !c.Partial
}

func (t *target) result() ContextResult {
	r := ContextResult{Context: t.name, Undone: t.undone}
	if t.cluster != nil {
		r.Server = t.cluster.Server
	}
	if t.err != nil {
		r.Error = t.err.Error()
	}
	for _, j := range t.jobs {
		if j.done != nil {
			r.Objects = append(r.Objects, j.result())
		}
	}
	return r
}

// user asks who we are there.
func (t *target) user(ctx context.Context) string {
	if name := t.cluster.User(ctx); name != "" {
		return name
	}
	return "unknown"
}
