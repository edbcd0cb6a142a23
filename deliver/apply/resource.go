package apply

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/deploy/kube"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// resource is one that shall be applied: of one kind several plugins can be in it.
type resource struct {
	kind wasmplugin.Kind
	// namespace is "" where the file names none.
	namespace, name string
	source          string
	plugins         []wasmplugin.Plugin
}

// load reads all files and directories, and tells all that is wrong with them.
func load(paths []string, namespace string) ([]resource, error) {
	files, err := expand(paths)
	if err != nil {
		return nil, err
	}
	var all []resource
	var wrong []error
	for _, file := range files {
		some, err := loadFile(file, namespace)
		all, wrong = append(all, some...), append(wrong, err)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: there is no resource that asks for a plugin", strings.Join(paths, ", "))
	}
	return all, distinct(all)
}

// expand puts the files of directories in their stead.
func expand(paths []string) ([]string, error) {
	if len(paths) == 0 {
		return nil, errors.New("no file is named")
	}
	var all []string
	for _, path := range paths {
		files := []string{path}
		if path != standardInput {
			var err error
			if files, err = wasmplugin.Files(path); err != nil {
				return nil, err
			}
		}
		all = append(all, files...)
	}
	return all, nil
}

func loadFile(file, namespace string) ([]resource, error) {
	file, data, err := readFile(file)
	if err != nil {
		return nil, err
	}
	plugins, named, err := kube.ReadPlugins(file, data)
	if err != nil {
		return nil, err
	}
	var all []resource
	for _, p := range plugins {
		r := resource{kind: p.Kind, name: p.Name, source: p.Source}
		if named.Has(p.Kind, p.Namespace, p.Name) {
			r.namespace = p.Namespace
		}
		if namespace != "" && r.namespace != "" && namespace != r.namespace {
			return nil, fmt.Errorf("%s: it names the namespace %q, and --namespace says %q; give one of them", p.Source, r.namespace, namespace)
		}
		if r.namespace == "" {
			r.namespace = namespace
		}
		p.Namespace = r.namespace
		if p.Entry > 0 && len(all) > 0 {
			last := &all[len(all)-1]
			last.plugins = append(last.plugins, p)
			continue
		}
		r.plugins = []wasmplugin.Plugin{p}
		all = append(all, r)
	}
	return all, nil
}

// distinct refuses two resources of one name: the second would undo the first.
func distinct(all []resource) error {
	first := map[string]string{}
	for _, r := range all {
		key := fmt.Sprintf("%s %s/%s", r.kind, r.namespace, r.name)
		if at, ok := first[key]; ok {
			return fmt.Errorf("%s: the same resource is at %s", r.source, at)
		}
		first[key] = r.source
	}
	return nil
}
