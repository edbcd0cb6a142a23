// Package decode turns JSON into Go values as package spec describes them, and
// collects what is wrong with it.
package decode

import (
	"bytes"
	"reflect"

	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
)

// Limits of a configuration. The depth is less than what parsers survive: the
// functions here need more of a VM's stack for a level.
const (
	MaxDepth  = 100
	MaxBytes  = 4 << 20
	MaxValues = 1 << 18
)

// MaxProblems is how many problems are listed.
const MaxProblems = 20

// Problem is one thing that is wrong.
type Problem struct{ Path, Message string }

// Problems are the first of them, and how many more there are.
type Problems struct {
	List []Problem
	More int
}

// Into reads data into v, which has root's type. With merge, v holds a
// configuration, and what data doesn't name stays as it is; nothing is written
// through v's pointers and maps. Text that is blank is an empty object.
func Into(root *spec.Node, data []byte, v reflect.Value, merge bool) Problems {
	if len(bytes.TrimSpace(data)) == 0 {
		data = []byte("{}")
	}
	limits := jsoncheck.Limits{Depth: MaxDepth, Bytes: MaxBytes, Values: MaxValues}
	if err := jsoncheck.Check(data, limits); err != nil {
		return Problems{List: []Problem{{Message: err.Error()}}}
	}
	d := decoder{data: data, top: true}
	if merge {
		d.inherit(root, v)
	}
	d.value(root, v, merge)
	return d.problems
}

// Try reads a value that is not a whole configuration, from JSON that was
// checked, and reports what is wrong with it.
func Try(n *spec.Node, json []byte) Problems {
	t := n.Type
	if n.Pointer {
		t = reflect.PointerTo(t)
	}
	d := decoder{data: json}
	d.value(n, reflect.New(t).Elem(), false)
	return d.problems
}

// decoder reads checked JSON: what it doesn't look at is known to be there.
type decoder struct {
	data     []byte
	pos      int
	top      bool // the next object is the whole configuration
	path     []step
	problems Problems
	secrets  []string
}

// value reads the next value into v, which is zero, or with merge what a
// configuration had there.
func (d *decoder) value(n *spec.Node, v reflect.Value, merge bool) {
	if n.Pointer {
		if d.peek() == 'n' {
			d.skip()
			v.SetZero()
			return
		}
		pointee := reflect.New(n.Type)
		merge = merge && !v.IsNil()
		if merge {
			pointee.Elem().Set(v.Elem())
		}
		v.Set(pointee)
		v = pointee.Elem()
	}
	before := d.count()
	if n.Secret && n.Elem == nil && n.Kind != spec.Struct {
		d.remember()
	}
	d.kind(n, v, merge)
	if n.Checked && d.count() == before {
		d.validate(n, v)
	}
}

func (d *decoder) kind(n *spec.Node, v reflect.Value, merge bool) {
	switch n.Kind {
	case spec.String, spec.Text, spec.Bytes:
		d.text(n, v)
	case spec.Bool:
		d.boolean(v)
	case spec.Int, spec.Uint, spec.Float:
		d.number(n, v)
	case spec.Duration:
		d.duration(n, v)
	case spec.Raw, spec.Result, spec.Any:
		d.whatever(n, v)
	case spec.List:
		d.list(n, v)
	case spec.Map:
		d.mapping(n, v)
	case spec.Struct:
		d.object(n.Object, v, merge)
	}
}

// validate asks the value itself, which had nothing wrong so far.
func (d *decoder) validate(n *spec.Node, v reflect.Value) {
	if err := v.Addr().Interface().(spec.Validator).Validate(); err != nil {
		d.refused(n, err)
	}
}

// refused notes the error of a plugin's own method. It may show the value.
func (d *decoder) refused(n *spec.Node, err error) {
	if n.Secret {
		d.problem("is refused by " + n.Type.String() + ", whose reasons are not shown because it is secret")
		return
	}
	d.problem(d.mask(err.Error()))
}
