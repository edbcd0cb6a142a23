package apply

import (
	"context"
	"fmt"

	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Named says which object of a cluster is meant.
type Named struct {
	// Name is the object's.
	Name string
	// For is its kind. Default: any, and a name that several have is refused.
	For wasmplugin.Kind
}

func (n Named) kinds() []wasmplugin.Kind {
	if n.For != "" {
		return []wasmplugin.Kind{n.For}
	}
	return kube.Kinds()
}

// find looks for it in one cluster. Nil is for none.
func (n Named) find(ctx context.Context, c *kube.Cluster) (*kube.Object, error) {
	return c.Find(ctx, n.kinds(), "", n.Name)
}

// must is find, and not to find it is an error.
func (n Named) must(ctx context.Context, c *kube.Cluster) (*kube.Object, error) {
	obj, err := n.find(ctx, c)
	if err == nil && obj == nil {
		err = &kube.Error{Context: c.Context, Op: "look for", Object: n.Name,
			Err: fmt.Errorf("%w: the namespace %s has no such resource that runs a plugin", kube.ErrNotFound, c.Namespace)}
	}
	return obj, err
}

// objects are those of the name or, without one, of the resources. One of a resource
// may not be there.
func (n Named) objects(ctx context.Context, c *kube.Cluster, resources []resource) ([]*kube.Object, error) {
	if n.Name != "" {
		obj, err := n.must(ctx, c)
		return []*kube.Object{obj}, err
	}
	var all []*kube.Object
	for _, r := range resources {
		kind := r.kind
		if n.For != "" {
			kind = n.For
		}
		if err := c.Needs(ctx, kind); err != nil {
			return nil, err
		}
		obj, err := c.Get(ctx, kind, r.namespace, r.name)
		if err != nil {
			return nil, err
		}
		if obj != nil {
			all = append(all, obj)
		}
	}
	return all, nil
}
