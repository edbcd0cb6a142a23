package schema

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/config/internal/decode"
	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

// Example is a configuration in YAML that the plugin accepts, with what a reader
// wants to know of each key beside it. Keys that may be left out, and have
// neither a default nor an example, are comments.
//
// Values come from the tags example and default; others are made up, so that
// they keep to the bounds. Where that fails the error names the keys that need
// an example.
func (s *Schema) Example() ([]byte, error) {
	e := exampler{above: map[*spec.Object]bool{}}
	value := e.object(s.root.Object)
	json := value.json()
	found := decode.Into(s.root, json, reflect.New(s.root.Type).Elem(), false)
	if len(found.List) > 0 {
		p := found.List[0]
		return nil, fmt.Errorf("the example of %s would be refused (%s: %s); give the tag `example` to that key, or to those that it depends on",
			s.root.Type, p.Path, p.Message)
	}
	var b strings.Builder
	if s.Plugin != "" {
		b.WriteString("# Configuration of " + s.Plugin + ".\n")
	}
	value.yaml(&b, 0)
	return []byte(b.String()), nil
}

// sample is a value of an example: an object, a list of one object, or JSON.
type sample struct {
	keys   []sampleKey
	isList bool // a list whose element has the keys
	text   []byte
}

type sampleKey struct {
	name    string
	comment string
	spare   bool // written as a comment
	value   sample
}

type exampler struct {
	above map[*spec.Object]bool
}

func (e *exampler) object(o *spec.Object) sample {
	if e.above[o] {
		return sample{text: []byte("{}")}
	}
	e.above[o] = true
	defer delete(e.above, o)
	out := sample{text: []byte("{}")}
	for _, f := range o.Fields {
		key := sampleKey{name: f.Name, comment: comment(f)}
		key.value, key.spare = e.field(f)
		out.keys = append(out.keys, key)
	}
	return out
}

// field is a key's value, and whether a reader may well leave it out.
func (e *exampler) field(f *spec.Field) (s sample, spare bool) {
	n := f.Node
	switch {
	case f.Example != nil:
		return sample{text: f.Example}, false
	case f.Default != nil:
		return sample{text: f.Default}, false
	case n.Kind == spec.Struct:
		s = e.object(n.Object)
		return s, !f.Required && (n.Pointer || s.allSpare())
	}
	return e.value(n), !f.Required
}

// allSpare reports whether nothing would be left without the comments.
func (s sample) allSpare() bool {
	for _, k := range s.keys {
		if !k.spare {
			return false
		}
	}
	return true
}

func (e *exampler) value(n *spec.Node) sample {
	switch {
	case n.Kind == spec.List && n.Elem.Kind == spec.Struct && one(n):
		s := e.object(n.Elem.Object)
		s.isList = len(s.keys) > 0
		if !s.isList {
			s.text = []byte("[{}]")
		}
		return s
	case n.Kind == spec.List || n.Kind == spec.Map:
		return sample{text: e.several(n)}
	case n.Kind == spec.Struct:
		return sample{text: e.object(n.Object).json()}
	}
	return sample{text: likely(n)}
}

// one reports whether a list may have one element.
func one(n *spec.Node) bool {
	return (n.MinItems == nil || *n.MinItems <= 1) && (n.MaxItems == nil || *n.MaxItems >= 1)
}

// several is a list or map with as few elements as it may have, but one.
func (e *exampler) several(n *spec.Node) []byte {
	count := 1
	if n.MinItems != nil {
		count = max(1, *n.MinItems)
	}
	if n.MaxItems != nil {
		count = min(count, *n.MaxItems)
	}
	brackets := "[]"
	if n.Kind == spec.Map {
		brackets = "{}"
	}
	out := []byte{brackets[0]}
	element := e.value(n.Elem).json()
	for i := range count {
		if i > 0 {
			out = append(out, ", "...)
		}
		if n.Kind == spec.Map {
			out = append(out, fmt.Sprintf(`"key%d": `, i+1)...)
		}
		out = append(out, element...)
	}
	return append(out, brackets[1])
}

// json is a value without what is written as a comment.
func (s sample) json() []byte {
	if len(s.keys) == 0 {
		return s.text
	}
	out := []byte{'{'}
	for _, k := range s.keys {
		if k.spare {
			continue
		}
		if len(out) > 1 {
			out = append(out, ", "...)
		}
		out = append(append(spec.Quote(out, k.name), ": "...), k.value.json()...)
	}
	out = append(out, '}')
	if s.isList {
		return append(append([]byte{'['}, out...), ']')
	}
	return out
}

func (s sample) yaml(b *strings.Builder, indent int) {
	if len(s.json()) == 2 && indent == 0 && len(s.keys) > 0 {
		b.WriteString("{}\n")
	}
	for i, k := range s.keys {
		if i > 0 && indent == 0 {
			b.WriteByte('\n')
		}
		k.yaml(b, indent)
	}
}

func (k sampleKey) yaml(b *strings.Builder, indent int) {
	margin := strings.Repeat(" ", indent)
	for _, line := range strings.Split(k.comment, "\n") {
		b.WriteString(margin + "# " + line + "\n")
	}
	var body strings.Builder
	body.WriteString(yamlKey(k.name) + ":")
	k.body(&body)
	for _, line := range strings.Split(strings.TrimSuffix(body.String(), "\n"), "\n") {
		if k.spare {
			line = "# " + line
		}
		b.WriteString(margin + line + "\n")
	}
}

// body is what follows a key's colon.
func (k sampleKey) body(b *strings.Builder) {
	v := k.value
	switch {
	case len(v.keys) == 0:
		b.WriteString(" " + string(v.text) + "\n")
	case v.isList:
		if !k.spare && v.allSpare() {
			b.WriteString("\n  - {}\n")
			v.yaml(b, 4)
			return
		}
		var item strings.Builder
		v.yaml(&item, 4)
		b.WriteString("\n  -\n" + item.String())
	default:
		if !k.spare && v.allSpare() {
			b.WriteString(" {}\n")
		} else {
			b.WriteByte('\n')
		}
		v.yaml(b, 2)
	}
}

// comment says what a key means, its type and its limits.
func comment(f *spec.Field) string {
	about := typeName(f.Node)
	if f.Required {
		about += ", required"
	}
	if l := limits(f.Node); len(l) > 0 {
		about += ", " + strings.Join(l, ", ")
	}
	if f.Description == "" {
		return about
	}
	return fold(strings.TrimRight(f.Description, " \n") + " (" + about + ")")
}

// fold breaks a text into lines.
func fold(text string) string {
	const width = 76
	var out strings.Builder
	length := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case length+1+len(word) > width:
			out.WriteByte('\n')
			length = 0
		default:
			out.WriteByte(' ')
			length++
		}
		out.WriteString(word)
		length += len(word)
	}
	return out.String()
}
