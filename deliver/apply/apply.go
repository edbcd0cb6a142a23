package apply

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Apply checks and pins what the files ask for, and brings it to all clusters. The
// result is there also with an error, for those clusters that were reached.
//
// Errors: of the files and images before any cluster is asked; ErrNothingDone
// where a cluster can't be used, see Clusters.Partial; and *kube.Error.
func Apply(ctx context.Context, o Options) (*Result, error) {
	all, err := prepareAll(ctx, o)
	if err != nil {
		return nil, err
	}
	targets := o.Clusters.targets()
	for _, t := range targets {
		for _, p := range all {
			p.change.Why = "apply"
			t.jobs = append(t.jobs, &job{pinned: p, secret: o.Secret})
		}
	}
	for _, t := range usable(targets) {
		t.look(ctx, o.Wait)
	}
	err = send(ctx, targets, o.Clusters, sending{dry: o.DryRun, force: o.Force, again: o.PullAgain})
	if !o.DryRun && (err == nil || o.Clusters.Partial) {
		err = errors.Join(err, waitAll(ctx, targets, o.Wait))
	}
	return results(targets, o.DryRun), err
}

// Render gives the resources as they would be sent, in YAML, and what to warn of.
// No cluster is asked.
func Render(ctx context.Context, o Options) ([]byte, []string, error) {
	all, err := prepareAll(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	var text []byte
	var warnings []string
	for i, p := range all {
		one, err := p.object.YAML()
		if err != nil {
			return nil, nil, err
		}
		if i > 0 {
			text = append(text, "---\n"...)
		}
		text = append(text, one...)
		warnings = append(warnings, p.warnings...)
	}
	return text, warnings, nil
}

// prepareAll reads, checks and pins. No cluster has a part in it.
func prepareAll(ctx context.Context, o Options) ([]pinned, error) {
	resources, err := load(o.Files, o.Clusters.Namespace)
	if err != nil {
		return nil, err
	}
	if err := o.turn(resources); err != nil {
		return nil, err
	}
	if o.For == wasmplugin.EnvoyGateway {
		resources = together(resources)
	}
	p := newPinner(o.Images)
	defer p.close()
	all, err := p.all(ctx, resources)
	if err != nil {
		return nil, err
	}
	if o.PullAgain {
		now := time.Now().UTC().Format(time.RFC3339Nano)
		for i := range all {
			all[i].object = all[i].object.Annotate(map[string]string{kube.PullAnnotation: now})
		}
	}
	return all, nil
}

// turn puts the kind and the image that were asked for into the resources.
func (o Options) turn(resources []resource) error {
	if o.Image != "" && (len(resources) != 1 || len(resources[0].plugins) != 1) {
		return fmt.Errorf("--image is for one plugin, and the files ask for %d", count(resources))
	}
	for i := range resources {
		if o.For != "" {
			resources[i].kind = o.For
		}
		if o.Image != "" {
			p := &resources[i].plugins[0]
			p.URL, p.SHA256 = ociURL(o.Image), ""
			p.Annotations = maps.Clone(p.Annotations)
			delete(p.Annotations, kube.ImageAnnotation) // of the one in the file
		}
	}
	return distinct(resources)
}

// together makes one resource of all: Envoy Gateway takes one policy for a target,
// and wasmplugin.WriteAll finds out which plugins share one.
func together(resources []resource) []resource {
	all := resource{kind: wasmplugin.EnvoyGateway, source: resources[0].source}
	for _, r := range resources {
		all.plugins = append(all.plugins, r.plugins...)
	}
	return []resource{all}
}

func count(resources []resource) (n int) {
	for _, r := range resources {
		n += len(r.plugins)
	}
	return n
}

func results(targets []*target, dry bool) *Result {
	r := &Result{DryRun: dry}
	for _, t := range targets {
		r.Contexts = append(r.Contexts, t.result())
	}
	return r
}
