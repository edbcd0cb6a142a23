package apply

import (
	"slices"
	"strings"

	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// pinned is a resource that was checked, in the form in which it is sent.
type pinned struct {
	object   *kube.Object
	change   kube.Change
	warnings []string
}

// fact is what the check of a plugin found.
type fact struct {
	image, digest string
	config        []byte
	warnings      []string
}

// written makes the objects of checked plugins, which are in the order of
// wasmplugin.Order, with a fact for each.
func written(r resource, plugins []wasmplugin.Plugin, known []fact) ([]pinned, error) {
	text, warnings, err := wasmplugin.WriteAll(plugins, r.kind)
	if err != nil {
		return nil, err
	}
	objects, err := kube.ParseObjects(text)
	if err != nil {
		return nil, err
	}
	all := make([]pinned, len(objects))
	for i, o := range objects {
		of := known
		if len(objects) == len(known) {
			of = known[i : i+1]
		}
		if !named(plugins, o) {
			o = o.In("")
		}
		all[i] = join(o, of)
		for _, w := range warnings {
			if w.Resource == "" || strings.HasSuffix(w.Resource, "/"+o.Name()) {
				all[i].warnings = append(all[i].warnings, w.String())
			}
		}
	}
	return all, nil
}

// join makes one object of plugins what is told of it.
func join(o *kube.Object, of []fact) pinned {
	p := pinned{object: o}
	var images, digests []string
	for _, f := range of {
		images, digests = append(images, f.image), append(digests, f.digest)
		p.change.Config = append(p.change.Config, f.config...)
		p.warnings = append(p.warnings, f.warnings...)
	}
	p.change.Image, p.change.Digest = strings.Join(images, " "), strings.Join(digests, " ")
	p.object = o.Annotate(map[string]string{kube.ImageAnnotation: p.change.Image})
	return p
}

// named reports whether a file names the object's namespace. wasmplugin.WriteAll
// writes "default" where none does. A policy has the name of its first plugin.
func named(plugins []wasmplugin.Plugin, o *kube.Object) bool {
	return slices.ContainsFunc(plugins, func(p wasmplugin.Plugin) bool {
		return p.Namespace == o.Namespace() && (o.Kind != wasmplugin.EnvoyGateway || p.Name == o.Name())
	})
}
