package wasmplugin

import (
	"bytes"
	"regexp"

	"go.yaml.in/yaml/v3"
	kyaml "sigs.k8s.io/yaml"
)

// pairs calls f for each key of an object, in order. Merged keys ("<<") come
// after an object's own, which they don't replace.
func (r *reader) pairs(n *yaml.Node, path string, f func(key string, at, value *yaml.Node)) {
	r.merged(n, path, map[string]bool{}, f)
}

func (r *reader) merged(n *yaml.Node, path string, seen map[string]bool, f func(string, *yaml.Node, *yaml.Node)) {
	if n = resolve(n); n.Kind != yaml.MappingNode {
		r.fail(n, path, "want an object, got %s", form(n))
		return
	}
	r.deeper(n, path, func() {
		own := map[string]bool{}
		for i := 0; i+1 < len(n.Content) && r.count(n, path); i += 2 {
			key, value := resolve(n.Content[i]), n.Content[i+1]
			name := keyText(key)
			switch {
			case key.ShortTag() == "!!merge" && key.Style == 0:
			case key.Kind != yaml.ScalarNode:
				r.fail(key, path, "a key must be a text, got %s", form(key))
			case own[name]:
				r.fail(key, join(path, name), "the key is there twice")
			default:
				own[name] = true
				if !seen[name] {
					f(name, key, value)
				}
			}
		}
		for key := range own {
			seen[key] = true
		}
		r.merges(n, path, seen, f)
	})
}

// keyText is a key as JSON has it. kubectl takes a plain yes, on or y for true,
// and writes numbers anew.
func keyText(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.Style != 0 {
		return n.Value
	}
	switch form(n) {
	case "true or false":
		return string(scalarOf(n).json)
	case "a number":
		if b, err := kyaml.YAMLToJSON([]byte(n.Value)); err == nil && !wholeNumber.MatchString(n.Value) {
			return string(bytes.TrimSpace(b))
		}
	}
	return n.Value
}

var wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

func (r *reader) merges(n *yaml.Node, path string, seen map[string]bool, f func(string, *yaml.Node, *yaml.Node)) {
	for i := 0; i+1 < len(n.Content) && !r.full; i += 2 {
		key, value := resolve(n.Content[i]), resolve(n.Content[i+1])
		if key.ShortTag() != "!!merge" || key.Style != 0 {
			continue
		}
		if value.Kind != yaml.SequenceNode {
			r.merged(value, path, seen, f)
			continue
		}
		for _, item := range value.Content {
			r.merged(item, path, seen, f)
		}
	}
}
