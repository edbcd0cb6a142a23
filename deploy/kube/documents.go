package kube

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Named says which resources of a file name their namespace. Those that don't go
// where the context or a flag says.
type Named map[string]bool

// ReadPlugins reads the plugins of a file, and which of their resources name their
// namespace. Errors begin with the file.
func ReadPlugins(file string, data []byte) ([]wasmplugin.Plugin, Named, error) {
	plugins, err := wasmplugin.Parse(file, data)
	if err != nil {
		return nil, nil, err
	}
	named, err := ReadNamed(data)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	return plugins, named, nil
}

// ReadNamed reads the documents of a file, YAML or JSON, and the items of lists.
func ReadNamed(data []byte) (Named, error) {
	named := Named{}
	d := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
	for {
		var fields map[string]any
		err := d.Decode(&fields)
		if errors.Is(err, io.EOF) {
			return named, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the namespaces: %w", err)
		}
		named.add(fields)
	}
}

func (n Named) add(fields map[string]any) {
	if items, ok := fields["items"].([]any); ok {
		for _, item := range items {
			if m, ok := item.(map[string]any); ok {
				n.add(m)
			}
		}
		return
	}
	u := unstructured.Unstructured{Object: fields}
	if kind, ok := kindOf(text(fields["apiVersion"]), text(fields["kind"])); ok && u.GetNamespace() != "" {
		n[namedKey(kind, u.GetNamespace(), u.GetName())] = true
	}
}

// Has reports whether the resource of this name names the namespace.
func (n Named) Has(kind wasmplugin.Kind, namespace, name string) bool {
	return n[namedKey(kind, namespace, name)]
}

func namedKey(kind wasmplugin.Kind, namespace, name string) string {
	return string(kind) + " " + namespace + "/" + name
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
