package decode

import (
	"reflect"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

func (d *decoder) object(o *spec.Object, v reflect.Value, merge bool) {
	top := d.top
	d.top = false
	if !d.expect('{', '{', "an object") {
		return
	}
	before := d.count()
	seen := make([]bool, len(o.Fields))
	for d.next() {
		key := d.key()
		if top && spec.Machinery(string(key)) {
			d.skip()
			continue
		}
		d.path = append(d.path, step{key: key})
		d.field(o, string(key), v, merge, seen)
		d.path = d.path[:len(d.path)-1]
	}
	if !merge {
		d.absent(o, v, seen)
	}
	if d.count() == before {
		d.embedded(o, v)
	}
}

// field reads the value of one key.
func (d *decoder) field(o *spec.Object, key string, v reflect.Value, merge bool, seen []bool) {
	i := o.Find(key)
	switch {
	case i < 0:
		d.unknown(o, key)
		d.skip()
	case seen[i]:
		d.problem("is there more than once")
		d.skip()
	default:
		seen[i] = true
		f := o.Fields[i]
		if f.Required && f.Node.Pointer && d.peek() == 'n' {
			d.problem("is required, and must not be null")
			d.skip()
			return
		}
		d.value(f.Node, v.FieldByIndex(f.Index), merge)
	}
}

// absent fills in what the text doesn't name.
func (d *decoder) absent(o *spec.Object, v reflect.Value, seen []bool) {
	for i, f := range o.Fields {
		json := f.Default
		switch {
		case seen[i]:
			continue
		case f.Required:
			d.problemAt(f.Name, "is required")
			continue
		case json == nil && f.Node.Kind == spec.Struct && !f.Node.Pointer:
			json = []byte("{}") // the defaults in it
		case json == nil:
			continue
		}
		// Problems here come from Validate: the default itself was tried when the
		// parser was made.
		inner := decoder{data: json, path: append(d.path, step{key: []byte(f.Name)}), secrets: d.secrets}
		inner.value(f.Node, v.FieldByIndex(f.Index), false)
		d.adopt(inner.problems)
	}
}

// embedded asks the embedded structs whether they agree.
func (d *decoder) embedded(o *spec.Object, v reflect.Value) {
	for _, index := range o.Embedded {
		part := v.FieldByIndex(index)
		if err := part.Addr().Interface().(spec.Validator).Validate(); err != nil {
			d.problem(d.mask(err.Error()))
			return
		}
	}
}

// unknown notes a key that nothing reads, and the one that may have been meant.
func (d *decoder) unknown(o *spec.Object, key string) {
	message := "unknown key"
	if !d.full() {
		if near := nearest(o, key); near != "" {
			message += `, did you mean "` + near + `"?`
		}
	}
	d.problem(message)
}

func (d *decoder) list(n *spec.Node, v reflect.Value) {
	if !d.expect('[', '[', "a list") {
		return
	}
	out := reflect.MakeSlice(n.Type, 0, 0)
	d.path = append(d.path, step{})
	for d.next() {
		elem := reflect.New(n.Type.Elem()).Elem()
		d.path[len(d.path)-1].index = out.Len()
		d.value(n.Elem, elem, false)
		out = reflect.Append(out, elem)
	}
	d.path = d.path[:len(d.path)-1]
	v.Set(out)
	d.items(n, out.Len(), "element")
}

func (d *decoder) mapping(n *spec.Node, v reflect.Value) {
	if !d.expect('{', '{', "an object") {
		return
	}
	out := reflect.MakeMap(n.Type)
	d.path = append(d.path, step{})
	for d.next() {
		key := d.key()
		d.path[len(d.path)-1] = step{key: key, secret: n.Secret}
		k := reflect.New(n.Type.Key()).Elem()
		k.SetString(string(key))
		if out.MapIndex(k).IsValid() {
			d.problem("is there more than once")
		}
		elem := reflect.New(n.Type.Elem()).Elem()
		d.value(n.Elem, elem, false)
		out.SetMapIndex(k, elem)
	}
	d.path = d.path[:len(d.path)-1]
	v.Set(out)
	d.items(n, out.Len(), "key")
}

// items checks how many elements there are.
func (d *decoder) items(n *spec.Node, count int, what string) {
	if n.MinItems != nil && count < *n.MinItems {
		d.problem("must have at least " + plural(*n.MinItems, what) + ", got " + strconv.Itoa(count))
	}
	if n.MaxItems != nil && count > *n.MaxItems {
		d.problem("must have at most " + plural(*n.MaxItems, what) + ", got " + strconv.Itoa(count))
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
