package kube

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Undo brings back what was before an Apply, with the fields' managers: an object
// that was new is deleted. Where somebody wrote meanwhile the error is ErrChanged,
// and their object stays.
func (c *Cluster) Undo(ctx context.Context, a *Applied) error {
	switch {
	case a.Action == Unchanged:
		return nil
	case a.Before == nil:
		return c.undoCreated(ctx, a.After)
	}
	api, err := c.resource(a.Before.Kind, a.Before.Namespace())
	if err != nil {
		return err
	}
	options := metav1.UpdateOptions{FieldManager: FieldManager}
	old := a.Before.copy()
	old.u.SetResourceVersion(a.After.ResourceVersion())
	got, err := api.Update(ctx, old.u, options)
	if err != nil {
		return c.failed("bring back", old.String(), err)
	}
	// The update made this manager the holder of what it changed. A second one,
	// which changes no value, brings the managers back.
	old.u.SetResourceVersion(got.GetResourceVersion())
	_, err = api.Update(ctx, old.u, options)
	return c.failed("bring back the field managers of", old.String(), err)
}

// undoCreated deletes what was created, if nobody wrote to it.
func (c *Cluster) undoCreated(ctx context.Context, obj *Object) error {
	api, err := c.resource(obj.Kind, obj.Namespace())
	if err != nil {
		return err
	}
	uid, version := obj.u.GetUID(), obj.u.GetResourceVersion()
	options := metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid, ResourceVersion: &version}}
	return c.failed("delete again", obj.String(), api.Delete(ctx, obj.Name(), options))
}
