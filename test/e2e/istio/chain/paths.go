package chain

import (
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"
)

// each does something with every resource of a text, which is named by its path
// on the API server.
func (k *Kube) each(text string, do func(path, resource string) error) error {
	for _, part := range strings.Split(text, "\n---\n") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		path, err := resourcePath(part)
		if err != nil {
			return err
		}
		if err := do(path, part); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// resourcePath is where a resource lies on an API server.
func resourcePath(resource string) (string, error) {
	var r struct {
		APIVersion, Kind string
		Metadata         struct{ Name, Namespace string }
	}
	if err := yaml.Unmarshal([]byte(resource), &r); err != nil {
		return "", err
	}
	root := "/apis/"
	if !strings.Contains(r.APIVersion, "/") {
		root = "/api/"
	}
	if r.Metadata.Namespace != "" {
		r.APIVersion += "/namespaces/" + r.Metadata.Namespace
	}
	return root + r.APIVersion + "/" + plural(r.Kind) + "/" + r.Metadata.Name, nil
}

// plural is a kind's name in paths.
func plural(kind string) string {
	kind = strings.ToLower(kind)
	if before, ok := strings.CutSuffix(kind, "entry"); ok {
		return before + "entries"
	}
	return kind + "s"
}
