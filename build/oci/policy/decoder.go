package policy

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// decoder reads values out of a tree and keeps the first error, with its path.
type decoder struct {
	file string
	err  error
}

func (d *decoder) fail(at, problem string) { d.failWith(at, problem, nil) }

func (d *decoder) failWith(at, problem string, err error) {
	if d.err == nil {
		d.err = &SyntaxError{File: d.file, Path: at, Problem: problem, Err: err}
	}
}

// object reads a map and refuses names that are not known.
func (d *decoder) object(at string, value any, known ...string) map[string]any {
	m, ok := value.(map[string]any)
	if !ok && value != nil {
		d.fail(at, fmt.Sprintf("is %s; want a map with %s", kindOf(value), strings.Join(known, ", ")))
	}
	var names []string
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if !slices.Contains(known, name) {
			d.fail(strings.TrimPrefix(at+"."+name, "."), "unknown name; want one of "+strings.Join(known, ", "))
		}
	}
	return m
}

func (d *decoder) list(at string, value any, most int) []any {
	l, ok := value.([]any)
	if !ok && value != nil {
		d.fail(at, fmt.Sprintf("is %s; want a list", kindOf(value)))
	}
	if len(l) > most {
		d.fail(at, fmt.Sprintf("has %d items; at most %d are read", len(l), most))
		return nil
	}
	return l
}

// texts reads a list of strings.
func (d *decoder) texts(at string, value any) []string {
	var all []string
	for i, item := range d.list(at, value, maxKeys) {
		all = append(all, d.text(fmt.Sprintf("%s[%d]", at, i), item))
	}
	return all
}

// strings reads a map of strings.
func (d *decoder) strings(at string, value any) map[string]string {
	m, ok := value.(map[string]any)
	if !ok && value != nil {
		d.fail(at, fmt.Sprintf("is %s; want a map of strings", kindOf(value)))
	}
	var all map[string]string
	for name, item := range m {
		if all == nil {
			all = map[string]string{}
		}
		all[name] = d.text(at+"."+name, item)
	}
	return all
}

func (d *decoder) text(at string, value any) string {
	s, ok := value.(string)
	switch {
	case !ok:
		d.fail(at, fmt.Sprintf("is %s; want text, perhaps in quotes", kindOf(value)))
	case s == "":
		d.fail(at, "is empty")
	}
	return s
}

// word reads one of a few.
func (d *decoder) word(at string, value any, words ...string) string {
	s, ok := value.(string)
	switch {
	case value == nil:
		d.fail(at, "is missing; want "+strings.Join(words, ", "))
	case !ok || !slices.Contains(words, s):
		d.fail(at, fmt.Sprintf("is %.40q; want %s", fmt.Sprint(value), strings.Join(words, ", ")))
	}
	return s
}

func (d *decoder) number(at string, value any) int {
	n, ok := value.(float64)
	if !ok || n != float64(int(n)) {
		d.fail(at, fmt.Sprintf("is %s; want a whole number", kindOf(value)))
	}
	return int(n)
}

func kindOf(value any) string {
	switch value.(type) {
	case nil:
		return "nothing"
	case bool:
		return "true or false"
	case float64:
		return "a number"
	case string:
		return "text"
	case []any:
		return "a list"
	default:
		return "a map"
	}
}
