package schema

import (
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

// CRD is the structural schema of the configuration in YAML, as Kubernetes has
// it in a CustomResourceDefinition under `schema` and Higress in a plugin's
// spec.yaml under `configSchema`. It is for the configuration without rules:
// those have fields of their own there.
//
// It says less than JSONSchema: unknown keys are dropped by Kubernetes and not
// refused, and a type that contains itself is described once, and open below.
func (s *Schema) CRD() []byte {
	w := structural{open: map[*spec.Object]bool{}}
	return asYAML(object{{"openAPIV3Schema", w.node(s.root)}})
}

// structural writes structural schemas: every node has a type or says that it
// is open, and there are no references.
type structural struct {
	open map[*spec.Object]bool // those that are being written
}

func (w *structural) node(n *spec.Node) object {
	var out object
	switch n.Kind {
	case spec.Struct:
		out = w.object(n.Object)
	case spec.List:
		out = object{{"type", "array"}, {"items", w.node(n.Elem)}}
		count(&out, "Items", n)
	case spec.Map:
		out = object{{"type", "object"}, {"additionalProperties", w.node(n.Elem)}}
		count(&out, "Properties", n)
	default:
		out = w.scalar(n)
	}
	if n.Pointer && !has(out, "nullable") {
		out.add("nullable", true)
	}
	return out
}

func (w *structural) object(o *spec.Object) object {
	if w.open[o] {
		return object{{"type", "object"}, {"x-kubernetes-preserve-unknown-fields", true}}
	}
	w.open[o] = true
	defer delete(w.open, o)
	out := object{{"type", "object"}}
	required := list{}
	var properties object
	for _, f := range o.Fields {
		properties.add(f.Name, w.field(f))
		if f.Required {
			required = append(required, f.Name)
		}
	}
	if len(required) > 0 {
		out.add("required", required)
	}
	if len(properties) > 0 {
		out.add("properties", properties)
	}
	return out
}

func (w *structural) field(f *spec.Field) object {
	var out object
	if f.Description != "" {
		out.add("description", f.Description)
	}
	out = append(out, w.node(present(f))...)
	if f.Default != nil {
		out.add("default", raw(f.Default))
	}
	if f.Example != nil && !innermost(f.Node).Secret {
		out.add("example", raw(f.Example))
	}
	return out
}

func (w *structural) scalar(n *spec.Node) object {
	switch n.Kind {
	case spec.Int, spec.Uint:
		return append(append(object{{"type", "integer"}}, w.integer(n)...), enum(n)...)
	case spec.Float:
		format := "double"
		if n.Type.Bits() == 32 {
			format = "float"
		}
		return append(append(object{{"type", "number"}, {"format", format}}, ends(n, "", "")...), enum(n)...)
	case spec.Duration:
		if n.Unit != "" {
			return append(object{{"x-kubernetes-int-or-string", true}, {"pattern", durationPattern}}, counted(n)...)
		}
	case spec.Bytes:
		return object{{"type", "string"}, {"format", "byte"}}
	case spec.Raw, spec.Result, spec.Any:
		return object{{"x-kubernetes-preserve-unknown-fields", true}, {"nullable", true}}
	}
	out := scalar(n)
	if n.Secret && n.Textual() {
		out.add("format", "password")
	}
	return out
}

// integer are the bounds of a whole number. Those of 64 bits are a format.
func (w *structural) integer(n *spec.Node) object {
	bits := n.Type.Bits()
	switch {
	case n.Kind == spec.Uint && bits == 64:
		return ends(n, "0", "")
	case n.Kind == spec.Int && bits == 64:
		return append(object{{"format", "int64"}}, ends(n, "", "")...)
	}
	if n.Kind == spec.Uint {
		bits *= 2 // formats are of signed numbers
	}
	low, high := typeBounds(n)
	return append(object{{"format", "int" + strconv.Itoa(max(32, bits))}}, ends(n, low, high)...)
}

// ends are bounds as OpenAPI 3.0 has them, where exclusive ones are a flag.
func ends(n *spec.Node, low, high string) object {
	var out object
	for _, e := range []struct {
		b         *spec.Bound
		name      string
		flag      string
		otherwise string
	}{{n.Min, "minimum", "exclusiveMinimum", low}, {n.Max, "maximum", "exclusiveMaximum", high}} {
		end(&out, e.b, e.name, e.name, e.otherwise)
		if e.b != nil && e.b.Exclusive {
			out.add(e.flag, true)
		}
	}
	return out
}
