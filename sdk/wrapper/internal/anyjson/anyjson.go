// Package anyjson writes values of any type as JSON, as encoding/json does. The
// wrapper needs that for one function, and importing encoding/json costs every
// plugin 0.19 MB, used or not: fmt, os and their initialisation come with it.
package anyjson

import (
	"encoding/base64"
	"errors"
	"math"
	"reflect"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/internal/order"
	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// maxDepth bounds nesting, so that a value that holds itself is an error.
const maxDepth = 1000

var errDeep = errors.New("the value is nested too deeply, or holds itself")

// Append appends the JSON text of v, the same as encoding/json's Marshal makes:
// with its rules for names, tags, embedded structs and own methods.
func Append(b []byte, v any) ([]byte, error) {
	w := writer{b: b}
	w.value(reflect.ValueOf(v), false)
	return w.b, w.err
}

// writer is one run of Append. The first error sticks.
type writer struct {
	b     []byte
	depth int
	err   error
}

func (w *writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// marshaler and textMarshaler are encoding/json's and encoding's interfaces.
type (
	marshaler     interface{ MarshalJSON() ([]byte, error) }
	textMarshaler interface{ MarshalText() ([]byte, error) }
)

// value writes v; quoted is the tag's option "string".
func (w *writer) value(v reflect.Value, quoted bool) {
	if w.depth++; w.depth > maxDepth {
		w.fail(errDeep)
	}
	defer func() { w.depth-- }()
	if w.err != nil || w.own(v) {
		return
	}
	switch v.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8,
		reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr, reflect.Float32, reflect.Float64, reflect.String:
		w.scalar(v, quoted)
	case reflect.Interface, reflect.Pointer:
		w.value(v.Elem(), quoted && v.Kind() == reflect.Pointer)
	case reflect.Map:
		w.object(v)
	case reflect.Slice, reflect.Array:
		w.array(v)
	case reflect.Struct:
		w.structure(v)
	case reflect.Invalid:
		w.b = append(w.b, "null"...)
	default:
		w.fail(errors.New("json: unsupported type: " + v.Type().String()))
	}
}

// own uses the value's own method, if it has one, and reports whether.
func (w *writer) own(v reflect.Value) bool {
	if !v.IsValid() || !v.CanInterface() {
		return false
	}
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return false
	}
	if v.Kind() == reflect.Interface {
		return false // what is in it is asked
	}
	if v.Kind() != reflect.Pointer && v.CanAddr() {
		v = v.Addr()
	}
	switch m := v.Interface().(type) {
	case marshaler:
		text, err := m.MarshalJSON()
		if err == nil {
			w.b, err = appendCompact(w.b, text)
		}
		w.note(v, err)
	case textMarshaler:
		text, err := m.MarshalText()
		if err == nil {
			w.b = jsonscan.AppendQuoted(w.b, string(text))
		}
		w.note(v, err)
	default:
		return false
	}
	return true
}

func (w *writer) note(v reflect.Value, err error) {
	if err != nil {
		w.fail(errors.New("json: error calling a method of " + v.Type().String() + ": " + err.Error()))
	}
}

func (w *writer) scalar(v reflect.Value, quoted bool) {
	if v.Kind() == reflect.String {
		w.text(v, quoted)
		return
	}
	if quoted {
		w.b = append(w.b, '"')
		defer func() { w.b = append(w.b, '"') }()
	}
	switch {
	case v.Kind() == reflect.Bool:
		w.b = strconv.AppendBool(w.b, v.Bool())
	case v.CanInt():
		w.b = strconv.AppendInt(w.b, v.Int(), 10)
	case v.CanUint():
		w.b = strconv.AppendUint(w.b, v.Uint(), 10)
	default:
		w.float(v.Float(), v.Type().Bits())
	}
}

// text writes a string. encoding/json's Number is one that is a number.
func (w *writer) text(v reflect.Value, quoted bool) {
	s := v.String()
	if t := v.Type(); t.Name() == "Number" && t.PkgPath() == "encoding/json" {
		if s == "" {
			s = "0"
		}
		if !isNumber(s) {
			w.fail(errors.New("json: invalid number literal " + strconv.Quote(s)))
		}
		if quoted {
			s = `"` + s + `"`
		}
		w.b = append(w.b, s...)
		return
	}
	if quoted {
		s = string(jsonscan.AppendQuoted(nil, s))
	}
	w.b = jsonscan.AppendQuoted(w.b, s)
}

// float writes a number as ECMAScript does, with an exponent only where it is
// very large or small.
func (w *writer) float(f float64, bits int) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		w.fail(errors.New("json: unsupported value: " + strconv.FormatFloat(f, 'g', -1, bits)))
		return
	}
	format, abs := byte('f'), math.Abs(f)
	if abs != 0 && (bits == 64 && (abs < 1e-6 || abs >= 1e21) || bits == 32 && (float32(abs) < 1e-6 || float32(abs) >= 1e21)) {
		format = 'e'
	}
	w.b = strconv.AppendFloat(w.b, f, format, -1, bits)
	if n := len(w.b); format == 'e' && n >= 4 && w.b[n-4] == 'e' && w.b[n-2] == '0' && (w.b[n-3] == '-' || w.b[n-3] == '+') {
		w.b[n-2] = w.b[n-1] // e-09 is e-9
		w.b = w.b[:n-1]
	}
}

func (w *writer) array(v reflect.Value) {
	if v.Kind() == reflect.Slice && v.IsNil() {
		w.b = append(w.b, "null"...)
		return
	}
	if e := v.Type().Elem(); v.Kind() == reflect.Slice && e.Kind() == reflect.Uint8 && !hasOwn(e) {
		w.b = append(base64.StdEncoding.AppendEncode(append(w.b, '"'), v.Bytes()), '"')
		return
	}
	w.b = append(w.b, '[')
	for i := range v.Len() {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.value(v.Index(i), false)
	}
	w.b = append(w.b, ']')
}

func hasOwn(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[marshaler]()) || p.Implements(reflect.TypeFor[textMarshaler]())
}

// object writes a map, sorted by its keys.
func (w *writer) object(v reflect.Value) {
	if v.IsNil() {
		w.b = append(w.b, "null"...)
		return
	}
	type entry struct {
		key   string
		value reflect.Value
	}
	entries := make([]entry, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		entries = append(entries, entry{w.key(it.Key()), it.Value()})
	}
	order.Sort(len(entries), func(i, j int) bool { return entries[i].key < entries[j].key },
		func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	w.b = append(w.b, '{')
	for i, e := range entries {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = append(jsonscan.AppendQuoted(w.b, e.key), ':')
		w.value(e.value, false)
	}
	w.b = append(w.b, '}')
}

func (w *writer) key(k reflect.Value) string {
	if k.Kind() == reflect.String {
		return k.String()
	}
	if m, ok := k.Interface().(textMarshaler); ok {
		if k.Kind() == reflect.Pointer && k.IsNil() {
			return ""
		}
		text, err := m.MarshalText()
		w.note(k, err)
		return string(text)
	}
	switch {
	case k.CanInt():
		return strconv.FormatInt(k.Int(), 10)
	case k.CanUint():
		return strconv.FormatUint(k.Uint(), 10)
	}
	w.fail(errors.New("json: unsupported type: map with keys of type " + k.Type().String()))
	return ""
}

const hex = "0123456789abcdef"
