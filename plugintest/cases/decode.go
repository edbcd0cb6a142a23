package cases

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Bounds of a file.
const (
	maxFile  = 4 << 20
	maxNodes = 200_000 // aliases count each time
	maxDepth = 64
)

// Problem is something in a file that is not as it must be.
type Problem struct {
	// File and Line say where it is; Key is the path of keys, such as
	// "cases[0].request.path".
	File string
	Line int
	Key  string
	// Text says what is wrong.
	Text string
}

// Error is file, line, key and text.
func (p *Problem) Error() string {
	key := strings.TrimPrefix(p.Key, ".")
	if key != "" {
		key += ": "
	}
	return fmt.Sprintf("%s:%d: %s%s", p.File, p.Line, key, p.Text)
}

// decoder reads nodes into Go values and keeps what is wrong.
type decoder struct {
	file     string
	problems []error
	nodes    int
	depth    int
}

// maxProblems bounds the problems of one file that are told.
const maxProblems = 20

func (d *decoder) fail(n *yaml.Node, path, format string, args ...any) {
	if len(d.problems) < maxProblems {
		d.problems = append(d.problems, &Problem{File: d.file, Line: n.Line, Key: path, Text: fmt.Sprintf(format, args...)})
	}
}

func (d *decoder) err() error { return errors.Join(d.problems...) }

// resolve follows aliases. A node can't hold itself: the parser refuses that.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// count counts a node against the bounds.
func (d *decoder) count(n *yaml.Node, path string) bool {
	d.nodes++
	if d.nodes == maxNodes {
		d.fail(n, path, "the file has more than %d values", maxNodes)
	}
	return d.nodes < maxNodes
}

// pairs calls f for each key of a mapping.
func (d *decoder) pairs(n *yaml.Node, path string, f func(key, value *yaml.Node)) {
	if n = resolve(n); n.Kind != yaml.MappingNode {
		d.fail(n, path, "want keys, got %s", kind(n))
		return
	}
	if d.depth++; d.depth > maxDepth {
		d.fail(n, path, "more than %d levels", maxDepth)
		d.depth--
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content) && d.nodes < maxNodes; i += 2 {
		key, value := resolve(n.Content[i]), n.Content[i+1]
		switch {
		case key.Kind != yaml.ScalarNode:
			d.fail(key, path, "a key must be a text")
		case seen[key.Value]:
			d.fail(key, path+"."+key.Value, "the key is there twice")
		default:
			seen[key.Value] = true
			f(key, value)
		}
	}
	d.depth--
}

func kind(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "keys"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "nothing"
	}
	return strconv.Quote(n.Value)
}

// value reads a node into what target points to.
func (d *decoder) value(n *yaml.Node, path string, target any) {
	n = resolve(n)
	if !d.count(n, path) {
		return
	}
	if c, ok := target.(custom); ok {
		c.read(d, n, path)
		return
	}
	v := reflect.ValueOf(target).Elem()
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, path, v.Interface())
	case reflect.Struct:
		d.object(n, path, v)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		d.pairs(n, path, func(key, value *yaml.Node) {
			item := reflect.New(v.Type().Elem())
			d.value(value, path+"."+key.Value, item.Interface())
			v.SetMapIndex(reflect.ValueOf(key.Value), item.Elem())
		})
	case reflect.Slice:
		d.list(n, path, v)
	default:
		d.scalar(n, path, v)
	}
}

func (d *decoder) list(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, path, "want a list, got %s", kind(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		if d.nodes >= maxNodes {
			return
		}
		d.value(item, fmt.Sprintf("%s[%d]", path, i), v.Index(i).Addr().Interface())
	}
}

func (d *decoder) scalar(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.ScalarNode {
		d.fail(n, path, "want %s, got %s", v.Kind(), kind(n))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.Value)
		if w, ok := v.Interface().(words); ok && !slices.Contains(w.words(), n.Value) {
			d.fail(n, path, "%q is none of %s", n.Value, strings.Join(w.words(), ", "))
		}
	case reflect.Bool:
		if n.Tag != "!!bool" || n.Decode(v.Addr().Interface()) != nil {
			d.fail(n, path, "want true or false, got %s", kind(n))
		}
	default:
		if n.Tag != "!!int" || n.Decode(v.Addr().Interface()) != nil {
			d.fail(n, path, "want a whole number, got %s", kind(n))
		}
	}
}

// object reads keys into the fields of a struct.
func (d *decoder) object(n *yaml.Node, path string, v reflect.Value) {
	fields := fieldsOf(v.Type())
	seen := map[string]bool{}
	d.pairs(n, path, func(key, value *yaml.Node) {
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == key.Value })
		at := path + "." + key.Value
		if i < 0 {
			d.fail(key, at, "unknown key; there are %s", names(fields))
			return
		}
		seen[key.Value] = true
		target := v.FieldByIndex(fields[i].index)
		d.value(value, at, target.Addr().Interface())
		fields[i].checkRange(d, value, at, target)
	})
	for _, f := range fields {
		if f.required && !seen[f.name] {
			d.fail(n, path, "the key %s is missing", f.name)
		}
	}
	if line := v.FieldByName("line"); line.IsValid() {
		v.Addr().Interface().(interface{ setLine(int) }).setLine(n.Line)
	}
}

func (c *Case) setLine(n int) { c.line = n }

// pattern checks a regular expression.
func (d *decoder) pattern(n *yaml.Node, path, expression string) {
	if _, err := regexp.Compile(expression); err != nil {
		d.fail(n, path, "%v", err)
	}
}

func names(fields []field) string {
	var list []string
	for _, f := range fields {
		list = append(list, f.name)
	}
	return strings.Join(list, ", ")
}
