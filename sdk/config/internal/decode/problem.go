package decode

import (
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

// step is one part of a path: a key, or an index where the key is nil.
type step struct {
	key    []byte // unquoted
	index  int
	secret bool // the key may not be shown
}

// maxKey is how much of a key a path shows, in bytes.
const maxKey = 64

// maxShown is how much of a value a message shows, in bytes.
const maxShown = 40

func (d *decoder) count() int { return len(d.problems.List) + d.problems.More }

// full reports whether another problem would only be counted.
func (d *decoder) full() bool { return len(d.problems.List) >= MaxProblems }

// problem notes what is wrong at the current path.
func (d *decoder) problem(message string) {
	if d.full() {
		d.problems.More++
		return
	}
	d.problems.List = append(d.problems.List, Problem{Path: d.where(), Message: message})
}

// adopt notes what another decoder found.
func (d *decoder) adopt(p Problems) {
	for _, one := range p.List {
		if d.full() {
			d.problems.More++
			continue
		}
		d.problems.List = append(d.problems.List, one)
	}
	d.problems.More += p.More
}

// problemAt notes what is wrong at a key of the current path.
func (d *decoder) problemAt(key, message string) {
	d.path = append(d.path, step{key: []byte(key)})
	d.problem(message)
	d.path = d.path[:len(d.path)-1]
}

// where is the current path: rules[3].limit, headers["x-y z"].
func (d *decoder) where() string {
	var b []byte
	for i, s := range d.path {
		switch {
		case s.secret:
			b = append(b, "[*]"...)
		case s.key == nil:
			b = append(b, '[')
			b = strconv.AppendInt(b, int64(s.index), 10)
			b = append(b, ']')
		case plain(s.key):
			if i > 0 {
				b = append(b, '.')
			}
			b = append(b, s.key...)
		default:
			b = append(b, '[')
			b = append(b, shorten(string(s.key), maxKey)...)
			b = append(b, ']')
		}
	}
	return string(b)
}

// plain reports whether a key needs no quotes in a path.
func plain(key []byte) bool {
	if len(key) == 0 || len(key) > maxKey {
		return false
	}
	for _, c := range key {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '-':
		default:
			return false
		}
	}
	return true
}

// shorten quotes the beginning of a text.
func shorten(text string, most int) string {
	if len(text) <= most {
		return string(spec.Quote(nil, text))
	}
	for !utf8.RuneStart(text[most]) {
		most--
	}
	return string(spec.Quote(nil, text[:most])) + "..."
}

// got ends a message with the value, or says that it isn't shown.
func got(n *spec.Node, value string) string {
	if n.Secret {
		return " (the value is secret)"
	}
	return ", got " + value
}

// remember notes a secret's text, for messages that a plugin writes.
func (d *decoder) remember() {
	start := d.pos
	raw := d.skip()
	d.pos = start
	text := string(raw)
	if raw[0] == '"' {
		text = string(unquote(raw))
	}
	d.hide(text)
}

func (d *decoder) hide(text string) {
	if text != "" {
		d.secrets = append(d.secrets, text)
	}
}

// mask takes every secret out of a text.
func (d *decoder) mask(text string) string {
	if d.full() {
		return "" // nobody will see it, and there may be many of both
	}
	for _, s := range d.secrets {
		masked := ""
		for before, after, found := strings.Cut(text, s); found; before, after, found = strings.Cut(text, s) {
			masked, text = masked+before+"***", after
		}
		text = masked + text
	}
	return text
}

// inherit notes the secrets of a configuration that is built upon.
func (d *decoder) inherit(n *spec.Node, v reflect.Value) {
	if n.Pointer {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	switch n.Kind {
	case spec.Struct:
		for _, f := range n.Object.Fields {
			d.inherit(f.Node, v.FieldByIndex(f.Index))
		}
	case spec.List:
		for i := range v.Len() {
			d.inherit(n.Elem, v.Index(i))
		}
	case spec.Map:
		for _, k := range v.MapKeys() {
			d.inherit(n.Elem, v.MapIndex(k))
		}
	case spec.String:
		if n.Secret {
			d.hide(v.String())
		}
	}
}
