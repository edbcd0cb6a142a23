package spec

import (
	"errors"
	"reflect"
	"slices"
	"strings"
)

// Unmarshaler is a type that reads its own JSON.
type Unmarshaler interface{ UnmarshalJSON(json []byte) error }

// TextUnmarshaler is a type that reads itself from a string.
type TextUnmarshaler interface{ UnmarshalText(text []byte) error }

// Validator is a type that has something to say about its values.
type Validator interface{ Validate() error }

// Of describes a struct type. The error names the field that can't be used.
func Of(t reflect.Type) (*Object, error) {
	if t.Kind() != reflect.Struct || IsResult(t) || reflect.PointerTo(t).Implements(reflect.TypeFor[Unmarshaler]()) {
		return nil, errors.New("config: " + t.String() + " is not a struct type that tags can describe")
	}
	b := builder{done: map[reflect.Type]*Object{}}
	o, err := b.object(t)
	if err != nil {
		return nil, errors.New("config: " + err.Error())
	}
	settle(b.order)
	return o, nil
}

// builder keeps the objects of types that it has seen, for those that contain
// themselves.
type builder struct {
	done  map[reflect.Type]*Object
	order []*Object
}

func (b *builder) object(t reflect.Type) (*Object, error) {
	if o := b.done[t]; o != nil {
		return o, nil
	}
	o := &Object{Type: t, byName: map[string]int{}}
	b.done[t] = o
	b.order = append(b.order, o)
	return o, b.fields(o, t, nil)
}

// fields adds the fields of t, which is o's type or one embedded in it.
func (b *builder) fields(o *Object, t reflect.Type, index []int) error {
	for i := range t.NumField() {
		f := t.Field(i)
		at := make([]int, len(index), len(index)+1)
		copy(at, index)
		at = append(at, i)
		tag, tagged := f.Tag.Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		var err error
		switch {
		case tag == "-" || !f.IsExported() && !f.Anonymous:
			continue
		case f.Anonymous && name == "":
			err = b.embed(o, f, at)
		case !f.IsExported():
			continue
		case tagged && slices.Contains(strings.Split(options, ","), "string"):
			err = errors.New(`json:",string" is not supported`)
		default:
			if name == "" {
				name = f.Name
			}
			err = b.add(o, f, name, at)
		}
		if err != nil {
			return errors.New(t.String() + "." + f.Name + ": " + err.Error())
		}
	}
	return nil
}

// embed adds an embedded struct's fields to o's own.
func (b *builder) embed(o *Object, f reflect.StructField, at []int) error {
	if f.Type.Kind() != reflect.Struct {
		return errors.New("embed a struct itself, or give it a name in a json tag")
	}
	if err := b.fields(o, f.Type, at); err != nil {
		return err
	}
	if f.IsExported() && reflect.PointerTo(f.Type).Implements(reflect.TypeFor[Validator]()) {
		o.Embedded = append(o.Embedded, at)
	}
	return nil
}

// add adds one key. A field hides those of the same name in structs that are
// embedded deeper.
func (b *builder) add(o *Object, f reflect.StructField, name string, at []int) error {
	if Machinery(name) {
		return errors.New("the key " + name + " belongs to the rules")
	}
	field, err := b.field(f, name, at)
	if err != nil {
		return err
	}
	old, ok := o.byName[name]
	switch {
	case !ok:
		o.byName[name] = len(o.Fields)
		o.Fields = append(o.Fields, field)
	case len(o.Fields[old].Index) > len(at):
		o.Fields[old] = field
	case len(o.Fields[old].Index) == len(at):
		return errors.New("the key " + name + " is " + o.Fields[old].GoName + "'s already")
	}
	return nil
}

func (b *builder) field(f reflect.StructField, name string, at []int) (*Field, error) {
	t := tags{StructTag: f.Tag}
	n, err := b.node(f.Type, t.flag("secret"))
	if err != nil {
		return nil, err
	}
	t.bounds(n)
	field := &Field{
		Name: name, GoName: f.Name, Index: at, Description: t.Get("description"),
		Required: t.flag("required"), Node: n,
	}
	field.Default = t.value("default", n)
	field.Example = t.value("example", n)
	if field.Default != nil && field.Required {
		t.fail("default", t.Get("default"), "a required key has no default")
	}
	if field.Default != nil && n.Secret {
		t.fail("default", "...", "a secret has no default: everybody could read it in the plugin")
	}
	return field, t.err
}

// settle makes required what has required keys in it: a struct that is left
// out is the same as an empty one, which would be refused.
func settle(objects []*Object) {
	for again := true; again; {
		again = false
		for _, o := range objects {
			for _, f := range o.Fields {
				if !f.Required && f.Default == nil && !f.Node.Pointer && f.Node.Kind == Struct && f.Node.Object.Needs() {
					f.Required, again = true, true
				}
			}
		}
	}
}
