package decode

import (
	"reflect"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

// whatever reads a value whose form the configuration's type leaves open.
func (d *decoder) whatever(n *spec.Node, v reflect.Value) {
	before, start := d.count(), d.pos
	value := d.any(n)
	if d.count() > before {
		return
	}
	switch raw := trim(d.data[start:d.pos]); n.Kind {
	case spec.Any:
		if value == nil {
			v.SetZero()
			return
		}
		v.Set(reflect.ValueOf(value))
	case spec.Result:
		setResult(v, raw)
	default:
		v.SetZero()
		if err := v.Addr().Interface().(spec.Unmarshaler).UnmarshalJSON(append([]byte(nil), raw...)); err != nil {
			d.refused(n, err)
		}
	}
}

// trim takes white space off the front.
func trim(raw []byte) []byte {
	d := decoder{data: raw}
	d.peek()
	return raw[d.pos:]
}

// any reads a value into what encoding/json makes of it. It is for open values
// of every kind: those may not repeat keys either.
func (d *decoder) any(n *spec.Node) any {
	switch d.peek() {
	case '"':
		return string(unquote(d.skip()))
	case 't', 'f':
		return d.skip()[0] == 't'
	case 'n':
		d.skip()
		return nil
	case '[':
		return d.anyList(n)
	case '{':
		return d.anyMap(n)
	}
	raw := d.skip()
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil && n.Kind == spec.Any {
		d.problem("is out of range of float64" + got(n, shown(raw)))
	}
	return f
}

func (d *decoder) anyList(n *spec.Node) any {
	out := []any{}
	d.path = append(d.path, step{})
	for d.next() {
		d.path[len(d.path)-1].index = len(out)
		out = append(out, d.any(n))
	}
	d.path = d.path[:len(d.path)-1]
	return out
}

func (d *decoder) anyMap(n *spec.Node) any {
	out := map[string]any{}
	d.path = append(d.path, step{})
	for d.next() {
		key := d.key()
		d.path[len(d.path)-1] = step{key: key, secret: n.Secret}
		if _, ok := out[string(key)]; ok {
			d.problem("is there more than once")
		}
		out[string(key)] = d.any(n)
	}
	d.path = d.path[:len(d.path)-1]
	return out
}
