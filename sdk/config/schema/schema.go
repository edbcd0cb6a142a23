// Package schema says in other words what a plugin's configuration looks like:
// as a JSON Schema, as a schema for Kubernetes, as a table for a README and as
// an example. All come from the struct and the tags that package config parses
// with, so that they can't say something else than the parser.
//
// It is for tests and tools: a plugin doesn't link it.
package schema

import (
	"reflect"

	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/config/internal/decode"
	"github.com/sluiceproxy/sluice/sdk/config/internal/registry"
	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
	_ "github.com/sluiceproxy/sluice/sdk/config/pattern" // every plugin's patterns are known here
)

// Schema is what is known of one plugin's configuration.
type Schema struct {
	// Plugin is the plugin's name.
	Plugin string
	// Rules says what its rules hold.
	Rules config.Rules

	root *spec.Node
}

// Of describes a plugin that is configured with a T. The error names a field
// whose type or tags can't be used.
func Of[T any](plugin string, rules config.Rules) (*Schema, error) {
	return of(plugin, reflect.TypeFor[T](), rules)
}

// Registered describes the plugins of the running program, in the order in which
// they were registered. It is empty where none has a typed configuration.
func Registered() ([]*Schema, error) {
	var all []*Schema
	for _, e := range registry.All() {
		s, err := of(e.Plugin, e.Type, config.Rules(e.Rules))
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func of(plugin string, t reflect.Type, rules config.Rules) (*Schema, error) {
	o, err := spec.Of(t)
	if err != nil {
		return nil, err
	}
	root := o.Root()
	return &Schema{Plugin: plugin, Rules: rules, root: root}, decode.TryDefaults(root)
}

// recursive are the objects that contain themselves.
func recursive(root *spec.Node) map[*spec.Object]bool {
	found := map[*spec.Object]bool{}
	above := map[*spec.Object]bool{}
	var walk func(n *spec.Node)
	walk = func(n *spec.Node) {
		n = innermost(n)
		if n.Object == nil || found[n.Object] {
			return
		}
		if above[n.Object] {
			found[n.Object] = true
			return
		}
		above[n.Object] = true
		for _, f := range n.Object.Fields {
			walk(f.Node)
		}
		above[n.Object] = false
	}
	walk(root)
	return found
}

func innermost(n *spec.Node) *spec.Node {
	for n.Elem != nil {
		n = n.Elem
	}
	return n
}

// present is the node of a field that is there: what is required may not be null.
func present(f *spec.Field) *spec.Node {
	if !f.Required || !f.Node.Pointer {
		return f.Node
	}
	n := *f.Node
	n.Pointer = false
	return &n
}
