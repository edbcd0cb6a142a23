package kube

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// page is how many objects one answer has, and maxObjects how many are read in all.
const (
	page       = 200
	maxObjects = 10000
)

// List gives the objects of a kind in a namespace that were applied under
// FieldManager, by name. "" is the cluster's namespace. A cluster without the kind
// has none.
func (c *Cluster) List(ctx context.Context, kind wasmplugin.Kind, namespace string) ([]*Object, error) {
	ok, err := c.Serves(ctx, kind)
	if err != nil || !ok {
		return nil, err
	}
	api, err := c.resource(kind, c.namespaceOf(namespace))
	if err != nil {
		return nil, err
	}
	var all []*Object
	for read, next := 0, ""; read < maxObjects; {
		list, err := api.List(ctx, metav1.ListOptions{Limit: page, Continue: next})
		if err != nil {
			return nil, c.failed("list", objectName(kind, namespace, ""), err)
		}
		for i := range list.Items {
			if o := (&Object{Kind: kind, u: &list.Items[i]}); o.Ours() {
				all = append(all, o)
			}
		}
		read += len(list.Items)
		if next = list.GetContinue(); next == "" {
			break
		}
	}
	return all, nil
}
