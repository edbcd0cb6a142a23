package kube

import (
	"context"
	"encoding/json"
	"reflect"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Action is what became of an object.
type Action string

// The actions.
const (
	Created    Action = "created"
	Configured Action = "configured"
	Unchanged  Action = "unchanged"
	Deleted    Action = "deleted"
)

// ApplyOptions say how an object is applied.
type ApplyOptions struct {
	// DryRun makes the API server check all and write nothing.
	DryRun bool
	// Force takes over fields that other managers hold.
	Force bool
}

// Applied is an object before and after. Before is nil for one that is new.
type Applied struct {
	Action        Action
	Before, After *Object
}

// Apply sends the object by server-side apply. live is the object as the cluster
// had it, nil for one that it does not have: where somebody wrote meanwhile the
// error is ErrChanged, and nothing was written.
func (c *Cluster) Apply(ctx context.Context, obj, live *Object, o ApplyOptions) (*Applied, error) {
	sent := obj.In(c.namespaceOf(obj.Namespace()))
	if live != nil {
		sent.u.SetResourceVersion(live.ResourceVersion())
	}
	body, err := json.Marshal(sent.u.Object)
	if err != nil {
		return nil, c.failed("apply", sent.String(), err)
	}
	api, err := c.resource(sent.Kind, sent.Namespace())
	if err != nil {
		return nil, c.failed("apply", sent.String(), err)
	}
	options := metav1.PatchOptions{FieldManager: FieldManager, Force: &o.Force, DryRun: dryRun(o.DryRun)}
	u, err := api.Patch(ctx, sent.Name(), types.ApplyPatchType, body, options)
	if err != nil {
		return nil, c.failed("apply", sent.String(), err)
	}
	after := &Object{Kind: sent.Kind, u: u}
	return &Applied{Action: action(live, after), Before: live, After: after}, nil
}

// action compares what was with what is. A dry run has no new version, so the
// contents are compared.
func action(before, after *Object) Action {
	switch {
	case before == nil:
		return Created
	case reflect.DeepEqual(plain(before.u.Object), plain(after.u.Object)):
		return Unchanged
	default:
		return Configured
	}
}

// Get reads an object, nil for one that is not there.
func (c *Cluster) Get(ctx context.Context, kind wasmplugin.Kind, namespace, name string) (*Object, error) {
	namespace = c.namespaceOf(namespace)
	api, err := c.resource(kind, namespace)
	if err != nil {
		return nil, err
	}
	u, err := api.Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, c.failed("read", objectName(kind, namespace, name), err)
	}
	return &Object{Kind: kind, u: u}, nil
}

// Delete deletes the object as it was read: one that was made anew meanwhile stays.
// A dry run only asks whether it would be.
func (c *Cluster) Delete(ctx context.Context, obj *Object, dry bool) error {
	api, err := c.resource(obj.Kind, obj.Namespace())
	if err != nil {
		return err
	}
	uid := obj.u.GetUID()
	options := metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}, DryRun: dryRun(dry)}
	err = api.Delete(ctx, obj.Name(), options)
	if apierrors.IsNotFound(err) {
		return nil
	}
	return c.failed("delete", obj.String(), err)
}

// Ours reports whether the object was applied under FieldManager.
func (o *Object) Ours() bool {
	for _, m := range o.u.GetManagedFields() {
		if m.Manager == FieldManager && m.Operation == metav1.ManagedFieldsOperationApply {
			return true
		}
	}
	return false
}

func (c *Cluster) resource(kind wasmplugin.Kind, namespace string) (dynamic.ResourceInterface, error) {
	r, _, err := resourceOf(kind)
	if err != nil {
		return nil, err
	}
	return c.dynamic.Resource(r).Namespace(namespace), nil
}

func (c *Cluster) namespaceOf(named string) string {
	if named == "" {
		return c.Namespace
	}
	return named
}

func dryRun(yes bool) []string {
	if yes {
		return []string{metav1.DryRunAll}
	}
	return nil
}
