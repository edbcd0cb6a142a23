package schema

import (
	"slices"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

// JSONSchema is a document of JSON Schema, draft 2020-12, for the configuration
// as a gateway gives it to the plugin, rules included.
//
// It says less than the parser where the standard has no words: about keys that
// are there twice, bounds of durations that are written as strings, numbers
// beyond float64, and what the methods Validate, UnmarshalText and UnmarshalJSON
// refuse.
func (s *Schema) JSONSchema() []byte {
	w := &draft{shared: recursive(s.root), defs: map[defKey]bool{}}
	doc := object{{"$schema", "https://json-schema.org/draft/2020-12/schema"}}
	if s.Plugin != "" {
		doc.add("title", s.Plugin)
	}
	body := w.object(s.root.Object, false)
	if s.Rules != config.NoRules {
		body = w.withRules(s, body)
	}
	doc = append(doc, body...)
	if len(w.written) > 0 {
		doc.add("$defs", w.written)
	}
	return asJSON(doc)
}

// defKey is a type that has a definition of its own, whole or with nothing
// required.
type defKey struct {
	object  *spec.Object
	partial bool
}

// draft writes JSON Schema.
type draft struct {
	shared  map[*spec.Object]bool
	defs    map[defKey]bool
	written object
}

// object describes a struct. Where a rule overrides it, partial, nothing in it
// is required.
func (w *draft) object(o *spec.Object, partial bool) object {
	var properties object
	required := list{}
	for _, f := range o.Fields {
		properties.add(f.Name, w.field(f, partial))
		if f.Required && !partial {
			required = append(required, f.Name)
		}
	}
	out := object{{"type", "object"}, {"properties", orEmpty(properties)}}
	if len(required) > 0 {
		out.add("required", required)
	}
	out.add("additionalProperties", false)
	return out
}

func orEmpty(o object) object {
	if o == nil {
		return object{}
	}
	return o
}

func (w *draft) field(f *spec.Field, partial bool) object {
	var out object
	if f.Description != "" {
		out.add("description", f.Description)
	}
	out = append(out, w.node(present(f), partial)...)
	if f.Default != nil {
		out.add("default", raw(f.Default))
	}
	if f.Example != nil && !innermost(f.Node).Secret {
		out.add("examples", list{raw(f.Example)})
	}
	if innermost(f.Node).Secret {
		out.add("writeOnly", true)
	}
	return out
}

func (w *draft) node(n *spec.Node, partial bool) object {
	var out object
	switch {
	case n.Kind == spec.Struct && w.shared[n.Object]:
		out = w.ref(n.Object, partial)
	case n.Kind == spec.Struct:
		out = w.object(n.Object, partial)
	case n.Kind == spec.List:
		out = object{{"type", "array"}, {"items", orEmpty(w.node(n.Elem, false))}}
		count(&out, "Items", n)
	case n.Kind == spec.Map:
		out = object{{"type", "object"}, {"additionalProperties", orEmpty(w.node(n.Elem, false))}}
		count(&out, "Properties", n)
	default:
		out = scalar(n)
	}
	if n.Pointer {
		return orNull(out)
	}
	return out
}

// ref points to the definition of a type that contains itself.
func (w *draft) ref(o *spec.Object, partial bool) object {
	key := defKey{o, partial}
	name := o.Type.Name()
	if partial {
		name += ".partial"
	}
	if !w.defs[key] {
		w.defs[key] = true
		w.written.add(name, w.object(o, partial))
	}
	return object{{"$ref", "#/$defs/" + name}}
}

// orNull adds null to what is allowed.
func orNull(o object) object {
	if len(o) == 0 || o[0].key != "type" || has(o, "enum") {
		if len(o) == 0 {
			return o
		}
		return object{{"anyOf", list{o, object{{"type", "null"}}}}}
	}
	out := append(object{}, o...)
	if types, ok := o[0].value.(list); ok {
		out[0].value = slices.Concat(types, list{"null"})
	} else {
		out[0].value = list{o[0].value, "null"}
	}
	return out
}

func has(o object, key string) bool {
	for _, m := range o {
		if m.key == key {
			return true
		}
	}
	return false
}

func count(o *object, of string, n *spec.Node) {
	if n.MinItems != nil {
		o.add("min"+of, *n.MinItems)
	}
	if n.MaxItems != nil {
		o.add("max"+of, *n.MaxItems)
	}
}

// Patterns of what Go reads from strings.
const (
	durationPattern = `^[-+]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$`
	base64Pattern   = `^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$`
)

// scalar describes what is neither a list nor an object.
func scalar(n *spec.Node) object {
	switch n.Kind {
	case spec.Bool:
		return object{{"type", "boolean"}}
	case spec.Int, spec.Uint:
		return append(append(object{{"type", "integer"}}, bounds(n)...), enum(n)...)
	case spec.Float:
		return append(append(object{{"type", "number"}}, bounds(n)...), enum(n)...)
	case spec.Duration:
		if n.Unit != "" {
			return append(object{{"type", list{"string", "integer"}}, {"pattern", durationPattern}}, counted(n)...)
		}
		return object{{"type", "string"}, {"pattern", durationPattern}}
	case spec.Bytes:
		return object{{"type", "string"}, {"contentEncoding", "base64"}, {"pattern", base64Pattern}}
	case spec.String, spec.Text:
		return append(text(n), enum(n)...)
	}
	return nil // anything
}

func text(n *spec.Node) object {
	out := object{{"type", "string"}}
	if n.MinLength != nil {
		out.add("minLength", *n.MinLength)
	}
	if n.MaxLength != nil {
		out.add("maxLength", *n.MaxLength)
	}
	if n.Pattern != nil {
		out.add("pattern", n.Pattern.String())
	}
	return out
}

func enum(n *spec.Node) object {
	if n.Enum == nil {
		return nil
	}
	values := list{}
	for _, e := range n.Enum {
		if n.Textual() {
			values = append(values, e)
		} else {
			values = append(values, raw(e))
		}
	}
	return object{{"enum", values}}
}

// bounds are those of the tags, else those of the Go type.
func bounds(n *spec.Node) object {
	var out object
	low, high := typeBounds(n)
	end(&out, n.Min, "minimum", "exclusiveMinimum", low)
	end(&out, n.Max, "maximum", "exclusiveMaximum", high)
	return out
}

func end(o *object, b *spec.Bound, inclusive, exclusive, otherwise string) {
	switch {
	case b == nil && otherwise != "":
		o.add(inclusive, raw(otherwise))
	case b != nil && b.Exclusive:
		o.add(exclusive, raw(number(b.Text)))
	case b != nil:
		o.add(inclusive, raw(number(b.Text)))
	}
}

// number writes a bound as JSON does: tags may have +1, 1_000 or .5.
func number(text string) string {
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return strconv.FormatInt(i, 10)
	}
	if u, err := strconv.ParseUint(text, 10, 64); err == nil {
		return strconv.FormatUint(u, 10)
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// typeBounds are the ends of a Go type's range, empty where JSON readers have
// none that is wider.
func typeBounds(n *spec.Node) (low, high string) {
	switch bits := n.Type.Bits(); {
	case n.Kind == spec.Uint:
		return "0", strconv.FormatUint(1<<bits-1, 10)
	case n.Kind == spec.Int:
		return strconv.FormatInt(-1<<(bits-1), 10), strconv.FormatInt(1<<(bits-1)-1, 10)
	case bits == 32:
		return "-3.4028234663852886e+38", "3.4028234663852886e+38"
	}
	return "", ""
}

// counted are the bounds of a duration that is written as a number of units.
func counted(n *spec.Node) object {
	unit := int64(spec.UnitOf(n.Unit))
	low, high := (-1<<63)/unit, (1<<63-1)/unit
	if n.Min != nil {
		low = n.Min.Int / unit
		if n.Min.Int%unit > 0 || n.Min.Int%unit == 0 && n.Min.Exclusive {
			low++
		}
	}
	if n.Max != nil {
		high = n.Max.Int / unit
		if n.Max.Int%unit < 0 || n.Max.Int%unit == 0 && n.Max.Exclusive {
			high--
		}
	}
	return object{{"minimum", raw(strconv.FormatInt(low, 10))}, {"maximum", raw(strconv.FormatInt(high, 10))}}
}
