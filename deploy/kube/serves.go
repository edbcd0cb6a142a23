package kube

import (
	"context"
	"encoding/json"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Serves reports whether the cluster has a kind of resource. It is the first
// question to a cluster: an error says that it can't be reached.
func (c *Cluster) Serves(ctx context.Context, kind wasmplugin.Kind) (bool, error) {
	want, _, err := resourceOf(kind)
	if err != nil {
		return false, err
	}
	const op = "ask for its kinds of resources"
	text, err := c.get(ctx, "/apis/"+want.GroupVersion().String(), nil)
	if apierrors.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, c.failed(op, "", err)
	}
	var list struct{ Resources []struct{ Name string } }
	if err := json.Unmarshal(text, &list); err != nil {
		return false, c.failed(op, "", err)
	}
	for _, r := range list.Resources {
		if r.Name == want.Resource {
			return true, nil
		}
	}
	return false, nil
}

// Needs is the error for a kind that the cluster does not have.
func (c *Cluster) Needs(ctx context.Context, kind wasmplugin.Kind) error {
	ok, err := c.Serves(ctx, kind)
	if err != nil || ok {
		return err
	}
	want, name, err := resourceOf(kind)
	if err != nil {
		return err
	}
	return c.failed("look for "+name, "", fmt.Errorf("%w: %s of %s; %s", ErrNoKind, want.Resource, want.GroupVersion(), cure(kind)))
}

// Find reads the object of a name, of whatever kind. Nil is for none, and several
// are an error that names them.
func (c *Cluster) Find(ctx context.Context, kinds []wasmplugin.Kind, namespace, name string) (*Object, error) {
	var found []*Object
	for _, kind := range kinds {
		ok, err := c.Serves(ctx, kind)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		obj, err := c.Get(ctx, kind, namespace, name)
		if err != nil {
			return nil, err
		}
		if obj != nil {
			found = append(found, obj)
		}
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return found[0], nil
	default:
		return nil, c.failed("look for", name, fmt.Errorf("there are %s and %s; say which with --for", found[0], found[1]))
	}
}

// User is who the API server takes the caller for, "" where it does not tell.
func (c *Cluster) User(ctx context.Context) string {
	review := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}}
	got, err := c.dynamic.Resource(resource("authentication.k8s.io", "v1", "selfsubjectreviews")).Create(ctx, review, metav1.CreateOptions{})
	if err != nil {
		return ""
	}
	name, _, _ := unstructured.NestedString(got.Object, "status", "userInfo", "username")
	return name
}
