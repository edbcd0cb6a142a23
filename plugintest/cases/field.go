package cases

import (
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// field is a key of a file, as the tags of a Go field say it.
type field struct {
	name     string
	doc      string
	required bool
	index    []int
	typ      reflect.Type
	min, max string // empty: any
}

// fieldsOf are the keys of a struct and of those that are inline in it.
func fieldsOf(t reflect.Type) (list []field) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			for _, inner := range fieldsOf(f.Type) {
				inner.index = append([]int{i}, inner.index...)
				list = append(list, inner)
			}
		case name != "" && name != "-":
			list = append(list, field{
				name: name, doc: f.Tag.Get("doc"), required: options == "required", index: []int{i}, typ: f.Type,
				min: f.Tag.Get("min"), max: f.Tag.Get("max"),
			})
		}
	}
	return list
}

// checkRange refuses a number beyond the bounds of its key.
func (f field) checkRange(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	if f.min == "" || !v.CanInt() {
		return
	}
	least, _ := strconv.ParseInt(f.min, 10, 64)
	most, _ := strconv.ParseInt(f.max, 10, 64)
	if v.Int() < least || v.Int() > most {
		d.fail(n, path, "want a number from %d to %d, got %d", least, most, v.Int())
	}
}

func typeOf[T any]() reflect.Type { return reflect.TypeOf((*T)(nil)).Elem() }
