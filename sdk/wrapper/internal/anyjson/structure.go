package anyjson

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/sluiceproxy/sluice/sdk/jsoncheck"

	"github.com/sluiceproxy/sluice/sdk/jsonscan"
)

// member is a field of a struct as it is written.
type member struct {
	name              string
	index             []int
	tagged            bool
	omitEmpty, quoted bool
	omitZero          bool
}

func (w *writer) structure(v reflect.Value) {
	w.b = append(w.b, '{')
	first := true
	for _, m := range members(v.Type()) {
		field, ok := fieldOf(v, m.index)
		if !ok || m.omitEmpty && isEmpty(field) || m.omitZero && isZero(field) {
			continue
		}
		if !first {
			w.b = append(w.b, ',')
		}
		first = false
		w.b = append(jsonscan.AppendQuoted(w.b, m.name), ':')
		w.value(field, m.quoted)
	}
	w.b = append(w.b, '}')
}

// fieldOf follows a path through embedded structs. It is false behind a nil one.
func fieldOf(v reflect.Value, index []int) (reflect.Value, bool) {
	for _, i := range index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v, true
}

// members are the fields of a struct and of those that it embeds, in order. Of
// several with one name the outermost counts, then the one with a tag, else none.
func members(t reflect.Type) []member {
	all := collect(nil, t, nil, nil)
	var kept []member
	for i, m := range all {
		if wins(m, i, all) {
			kept = append(kept, m)
		}
	}
	return kept
}

func wins(m member, at int, all []member) bool {
	for i, other := range all {
		if i == at || other.name != m.name {
			continue
		}
		if len(other.index) < len(m.index) || len(other.index) == len(m.index) && (other.tagged || !m.tagged) {
			return false
		}
	}
	return true
}

// collect adds the members of t, which is reached by path, through the types in
// inside.
func collect(all []member, t reflect.Type, path []int, inside []reflect.Type) []member {
	if slices.Contains(inside, t) {
		return all
	}
	inside = append(slices.Clone(inside), t)
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		embedded := f.Type
		if embedded.Kind() == reflect.Pointer && embedded.Name() == "" {
			embedded = embedded.Elem()
		}
		if tag == "-" || !f.IsExported() && (!f.Anonymous || embedded.Kind() != reflect.Struct) {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		if !validName(name) {
			name = ""
		}
		index := append(slices.Clone(path), i)
		if name == "" && f.Anonymous && embedded.Kind() == reflect.Struct {
			all = collect(all, embedded, index, inside)
			continue
		}
		m := member{name: name, index: index, tagged: name != ""}
		if name == "" {
			m.name = f.Name
		}
		m.take(options, f.Type)
		all = append(all, m)
	}
	return all
}

// take reads the options of a tag.
func (m *member) take(options string, t reflect.Type) {
	if t.Kind() == reflect.Pointer && t.Name() == "" {
		t = t.Elem()
	}
	for _, o := range strings.Split(options, ",") {
		switch o {
		case "omitempty":
			m.omitEmpty = true
		case "omitzero":
			m.omitZero = true
		case "string":
			k := t.Kind()
			m.quoted = k >= reflect.Bool && k <= reflect.Float64 || k == reflect.String
		}
	}
}

func validName(s string) bool {
	for _, r := range s {
		if !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return s != ""
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func isZero(v reflect.Value) bool {
	if v.CanInterface() && (v.Kind() != reflect.Pointer || !v.IsNil()) {
		if z, ok := v.Interface().(interface{ IsZero() bool }); ok {
			return z.IsZero()
		}
		if v.CanAddr() {
			if z, ok := v.Addr().Interface().(interface{ IsZero() bool }); ok {
				return z.IsZero()
			}
		}
	}
	return v.IsZero()
}

func isNumber(s string) bool {
	return jsoncheck.Check([]byte(s), jsoncheck.Limits{}) == nil && (s[0] == '-' || s[0] >= '0' && s[0] <= '9') && s == strings.TrimSpace(s)
}

var errOwn = errors.New("it is no JSON text")

// appendCompact appends a JSON text without its white space, and safe in HTML.
func appendCompact(b, text []byte) ([]byte, error) {
	if jsoncheck.Check(text, jsoncheck.Limits{}) != nil {
		return b, errOwn
	}
	inside, escaped := false, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case !inside && (c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			continue
		case c == '<' || c == '>' || c == '&':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
			escaped = false
			continue
		case bytes.HasPrefix(text[i:], []byte("\u2028")) || bytes.HasPrefix(text[i:], []byte("\u2029")):
			b = append(append(b, `\u202`...), hex[text[i+2]&0xf])
			i += 2
			continue
		case c == '"' && !escaped:
			inside = !inside
		}
		escaped = inside && c == '\\' && !escaped
		b = append(b, c)
	}
	return b, nil
}
