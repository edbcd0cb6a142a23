package wasmplugin

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// word reads a text. It is what the node says, so a plain number is refused, as
// Kubernetes does.
func (r *reader) word(n *yaml.Node, path string) (string, bool) {
	n = resolve(n)
	if n.Kind != yaml.ScalarNode || form(n) != "a text" {
		r.fail(n, path, "want a text, got %s; put it in quotes if it is one", form(n))
		return "", false
	}
	return n.Value, true
}

func (r *reader) text(to *string) setter {
	return func(n *yaml.Node, path string) {
		if s, ok := r.word(n, path); ok {
			*to = s
		}
	}
}

// oneOf reads one of a few words.
func (r *reader) oneOf(to *string, words ...string) setter {
	return func(n *yaml.Node, path string) {
		s, ok := r.word(n, path)
		if ok && !slices.Contains(words, s) {
			hint := ""
			if near := nearest(s, words); near != "" {
				hint = "; did you mean " + near + "?"
			}
			r.fail(n, path, "%s is none of %s%s", quoted(s), strings.Join(words, ", "), hint)
			return
		}
		*to = s
	}
}

func (r *reader) truth(to *bool) setter {
	return func(n *yaml.Node, path string) {
		n = resolve(n)
		if n.Kind != yaml.ScalarNode || form(n) != "true or false" {
			r.fail(n, path, "want true or false, got %s", form(n))
			return
		}
		*to = string(scalarOf(n).json) == "true"
	}
}

// number reads a whole number within bounds.
func (r *reader) number(n *yaml.Node, path string, least, most int64) (int64, bool) {
	n = resolve(n)
	if n.Kind != yaml.ScalarNode || form(n) != "a number" {
		r.fail(n, path, "want a whole number, got %s", form(n))
		return 0, false
	}
	text := string(scalarOf(n).json)
	v, err := strconv.ParseInt(text, 10, 64)
	if err != nil || v < least || v > most {
		r.fail(n, path, "want a whole number from %d to %d, got %s", least, most, quoted(text))
		return 0, false
	}
	return v, true
}

func (r *reader) priority(to **int64) setter {
	return func(n *yaml.Node, path string) {
		if v, ok := r.number(n, path, math.MinInt32, math.MaxInt32); ok {
			*to = &v
		}
	}
}

// words reads a list of texts.
func (r *reader) words(to *[]string) setter {
	return func(n *yaml.Node, path string) {
		r.list(n, path, func(n *yaml.Node, path string) {
			if s, ok := r.word(n, path); ok {
				*to = append(*to, s)
			}
		})
	}
}

// table reads an object whose values are texts.
func (r *reader) table(to *map[string]string) setter {
	return func(n *yaml.Node, path string) {
		r.pairs(n, path, func(key string, _, value *yaml.Node) {
			if s, ok := r.word(value, join(path, key)); ok {
				if *to == nil {
					*to = map[string]string{}
				}
				(*to)[key] = s
			}
		})
	}
}

// config reads a configuration, which is an object.
func (r *reader) config(to *map[string]any) setter {
	return func(n *yaml.Node, path string) {
		if n = resolve(n); n.Kind != yaml.MappingNode {
			r.fail(n, path, "want an object, got %s", form(n))
			return
		}
		*to, _ = r.value(n, path).(map[string]any)
	}
}

// value is a node as encoding/json takes it, with numbers as they are written.
func (r *reader) value(n *yaml.Node, path string) any {
	n = resolve(n)
	switch n.Kind {
	case yaml.MappingNode:
		object := map[string]any{}
		r.pairs(n, path, func(key string, _, value *yaml.Node) { object[key] = r.value(value, join(path, key)) })
		return object
	case yaml.SequenceNode:
		list := []any{}
		r.list(n, path, func(n *yaml.Node, path string) { list = append(list, r.value(n, path)) })
		return list
	}
	s := scalarOf(n)
	if s.err != "" {
		r.fail(n, path, "%s", s.err)
		return nil
	}
	return json.RawMessage(s.json)
}
