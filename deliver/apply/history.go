package apply

import (
	"context"
	"fmt"

	"github.com/sluiceproxy/sluice/deploy/kube"
)

// Histories are those of one object in all clusters.
type Histories struct {
	Contexts []ContextHistory `json:"contexts"`
}

// ContextHistory is the history of an object in one cluster, newest first.
type ContextHistory struct {
	Context   string       `json:"context"`
	Object    string       `json:"object,omitempty"`
	Revisions kube.History `json:"revisions,omitempty"`
	Error     string       `json:"error,omitempty"`
}

// History reads what was applied to an object. There is a result also with an
// error, for the clusters that were reached.
func History(ctx context.Context, n Named, where Clusters) (*Histories, error) {
	targets := where.targets()
	all := &Histories{Contexts: make([]ContextHistory, len(targets))}
	index := map[*target]int{}
	for i, t := range targets {
		index[t] = i
	}
	each(targets, func(t *target) error {
		obj, err := n.must(ctx, t.cluster)
		if err != nil {
			return err
		}
		h, err := ours(obj, t.cluster)
		all.Contexts[index[t]].Object, all.Contexts[index[t]].Revisions = obj.String(), h
		return err
	})
	for i, t := range targets {
		all.Contexts[i].Context = t.name
		if t.err != nil {
			all.Contexts[i].Error = t.err.Error()
		}
	}
	return all, failures(targets)
}

// ours is the history of an object that has one.
func ours(obj *kube.Object, c *kube.Cluster) (kube.History, error) {
	h, err := obj.History()
	if err == nil && len(h) == 0 {
		err = fmt.Errorf("%w: it has no history", kube.ErrNotOurs)
	}
	if err != nil {
		err = &kube.Error{Context: c.Context, Op: "read the history of", Object: obj.String(), Err: err}
	}
	return h, err
}
