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
