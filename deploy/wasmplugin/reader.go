package wasmplugin

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// reader reads the resources of one file and keeps what is wrong with them.
type reader struct {
	file     string
	resource string // that is being read
	problems []*Problem
	warnings []Warning
	nodes    int
	depth    int
	full     bool
}

func (r *reader) failAt(line int, path, format string, args ...any) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, &Problem{
			File: r.file, Line: line, Resource: r.resource, Path: path, Text: fmt.Sprintf(format, args...)})
	}
}

func (r *reader) fail(n *yaml.Node, path, format string, args ...any) {
	r.failAt(n.Line, path, format, args...)
}

func (r *reader) warn(n *yaml.Node, path, format string, args ...any) {
	r.warnings = append(r.warnings, Warning{
		Source: place(r.file, n.Line), Resource: r.resource, Path: path, Text: fmt.Sprintf(format, args...)})
}

func (r *reader) err() error {
	var errs []error
	for _, p := range r.problems {
		errs = append(errs, p)
	}
	return errors.Join(errs...)
}

func place(file string, line int) string { return fmt.Sprintf("%s:%d", file, line) }

// count counts a value against the bounds, and says so once.
func (r *reader) count(n *yaml.Node, path string) bool {
	r.nodes++
	if r.nodes > maxNodes && !r.full {
		r.full = true
		r.fail(n, path, "the file has more than %d values, counting what aliases stand for", maxNodes)
	}
	return !r.full
}

// deeper goes down one level.
func (r *reader) deeper(n *yaml.Node, path string, f func()) {
	if r.depth >= maxDepth {
		r.full = true // a cycle may branch: nothing more is read
		r.fail(n, path, "more than %d levels; does an alias hold itself?", maxDepth)
		return
	}
	r.depth++
	f()
	r.depth--
}

// setter reads a field's value; path is the field's.
type setter func(n *yaml.Node, path string)

// fields are those that an object may have.
type fields map[string]setter

// skip takes a field and does nothing with it.
func skip(*yaml.Node, string) {}

// object reads the fields of an object. A field that is null is not there.
func (r *reader) object(n *yaml.Node, path string, known fields) {
	r.objectBut(n, path, known, nil)
}

// objectBut is object that has words of its own for fields of other kinds.
func (r *reader) objectBut(n *yaml.Node, path string, known fields, foreign map[string]string) {
	r.pairs(n, path, func(key string, at, value *yaml.Node) {
		set, ok := known[key]
		switch {
		case !ok && foreign[key] != "":
			r.fail(at, join(path, key), "%s", foreign[key])
		case !ok:
			r.unknown(at, join(path, key), key, known)
		case !isNull(value):
			set(value, join(path, key))
		}
	})
}

func (r *reader) unknown(at *yaml.Node, path, key string, known fields) {
	var names []string
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	if near := nearest(key, names); near != "" {
		r.fail(at, path, "there is no such field; did you mean %q?", near)
		return
	}
	r.fail(at, path, "there is no such field; there are %s", strings.Join(names, ", "))
}

// list calls f for each item.
func (r *reader) list(n *yaml.Node, path string, f setter) {
	if n = resolve(n); n.Kind != yaml.SequenceNode {
		r.fail(n, path, "want a list, got %s", form(n))
		return
	}
	r.deeper(n, path, func() {
		for i, item := range n.Content {
			if !r.count(item, path) {
				return
			}
			f(item, fmt.Sprintf("%s[%d]", path, i))
		}
	})
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
