package confschema

import (
	"errors"
	"fmt"

	"sigs.k8s.io/yaml"
)

// maxSpec bounds a spec.yaml, in bytes.
const maxSpec = 4 << 20

// ErrSpec is in the error about a spec.yaml that can't be read.
var ErrSpec = errors.New("malformed spec.yaml")

// Schema is one of OpenAPI v3, as JSON has it.
type Schema map[string]any

// Read finds the schema in the text of a spec.yaml: under
// spec.configSchema.openAPIV3Schema, as in Higress' metadata, or under
// openAPIV3Schema, as "sluice schema --format crd" prints it. It is nil where
// there is none.
func Read(spec []byte) (Schema, error) {
	if len(spec) > maxSpec {
		return nil, fmt.Errorf("%w: %d bytes; at most %d are read", ErrSpec, len(spec), maxSpec)
	}
	var tree map[string]any
	if err := yaml.Unmarshal(spec, &tree); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSpec, err)
	}
	for _, path := range [][]string{{"spec", "configSchema", "openAPIV3Schema"}, {"openAPIV3Schema"}} {
		if found := at(tree, path); found != nil {
			return found, nil
		}
	}
	return nil, nil
}

func at(tree map[string]any, path []string) Schema {
	for _, name := range path {
		next, ok := tree[name].(map[string]any)
		if !ok {
			return nil
		}
		tree = next
	}
	return tree
}
