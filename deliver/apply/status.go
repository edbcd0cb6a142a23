package apply

import (
	"context"
	"time"

	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// StatusOptions say whose status is asked for: the objects of Files, the one of
// Named, or without both all that were applied in the namespace.
type StatusOptions struct {
	Named
	Files    []string
	Clusters Clusters
	// Istiod is the address of istiod's debug interface. Default: what the API
	// server reaches.
	Istiod string
}

// Statuses are those of all clusters.
type Statuses struct {
	Contexts []ContextStatus `json:"contexts"`
}

// ContextStatus is about one cluster.
type ContextStatus struct {
	Context string         `json:"context"`
	Server  string         `json:"server,omitempty"`
	Objects []ObjectStatus `json:"objects"`
	Error   string         `json:"error,omitempty"`
}

// ObjectStatus says what an object asks for and who has it.
type ObjectStatus struct {
	Kind      wasmplugin.Kind `json:"kind"`
	Namespace string          `json:"namespace"`
	Name      string          `json:"name"`
	// Revision, Image, Digest, By and Since are of the newest entry in the history,
	// and empty for an object without one.
	Revision int       `json:"revision,omitempty"`
	Image    string    `json:"image,omitempty"`
	Digest   string    `json:"digest,omitempty"`
	By       string    `json:"by,omitempty"`
	Since    time.Time `json:"since,omitzero"`
	// Conditions are what controllers say.
	Conditions []kube.Condition `json:"conditions,omitempty"`
	// Proxies are those that istiod knows, and Unseen says why it can't be told.
	Proxies *kube.Distribution `json:"proxies,omitempty"`
	Unseen  string             `json:"unseen,omitempty"`
}

// Status reads what is there and who runs it. There is a result also with an error,
// for the clusters that were reached.
func Status(ctx context.Context, o StatusOptions) (*Statuses, error) {
	var resources []resource
	if len(o.Files) > 0 {
		var err error
		if resources, err = load(o.Files, o.Clusters.Namespace); err != nil {
			return nil, err
		}
	}
	targets := o.Clusters.targets()
	found := make([][]ObjectStatus, len(targets))
	for i, t := range targets {
		if t.err == nil {
			found[i], t.err = o.cluster(ctx, t.cluster, resources)
		}
	}
	all := &Statuses{}
	for i, t := range targets {
		r := t.result()
		all.Contexts = append(all.Contexts, ContextStatus{Context: r.Context, Server: r.Server, Error: r.Error, Objects: found[i]})
	}
	return all, failures(targets)
}

func (o StatusOptions) cluster(ctx context.Context, c *kube.Cluster, resources []resource) ([]ObjectStatus, error) {
	objects, err := o.which(ctx, c, resources)
	if err != nil || len(objects) == 0 {
		return nil, err
	}
	var view *kube.View
	var unseen error
	if o.Istiod != "" {
		view = kube.ViewAt(o.Istiod)
	} else {
		view, unseen = c.View(ctx)
	}
	var all []ObjectStatus
	for _, obj := range objects {
		s := statusOf(obj)
		switch {
		case obj.Kind == wasmplugin.EnvoyGateway:
		case unseen != nil:
			s.Unseen = unseen.Error()
		default:
			if s.Proxies, err = view.Distribution(ctx, obj, nil); err != nil {
				s.Unseen = err.Error()
			}
		}
		all = append(all, s)
	}
	return all, nil
}

func (o StatusOptions) which(ctx context.Context, c *kube.Cluster, resources []resource) ([]*kube.Object, error) {
	if o.Name != "" || len(resources) > 0 {
		return o.objects(ctx, c, resources)
	}
	var all []*kube.Object
	for _, kind := range o.kinds() {
		some, err := c.List(ctx, kind, "")
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

func statusOf(obj *kube.Object) ObjectStatus {
	s := ObjectStatus{Kind: obj.Kind, Namespace: obj.Namespace(), Name: obj.Name(), Conditions: obj.Conditions()}
	if h, err := obj.History(); err == nil && len(h) > 0 {
		s.Revision, s.Image, s.Digest, s.By, s.Since = h[0].Revision, h[0].Image, h[0].Digest, h[0].By, h[0].Time
	}
	return s
}
