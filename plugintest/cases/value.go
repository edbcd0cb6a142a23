package cases

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/sluiceproxy/sluice/plugintest"
)

// Config is a configuration as the plugin gets it.
type Config string

// Text is a text, or something else as JSON.
type Text string

// JSON is a value as encoding/json decodes it.
type JSON struct{ Value any }

// Value is an answer of Redis as plugintest.Redis takes it.
type Value struct{ Value any }

// Seconds is a duration.
type Seconds time.Duration

func (s Seconds) duration() time.Duration { return time.Duration(s) }

// Fields are headers in the order of the file.
type Fields plugintest.Headers

// custom is a type that reads itself, and knows its schema.
type custom interface {
	read(d *decoder, n *yaml.Node, path string)
	schema() map[string]any
}

var (
	_ custom = (*Config)(nil)
	_ custom = (*Text)(nil)
	_ custom = (*JSON)(nil)
	_ custom = (*Value)(nil)
	_ custom = (*Seconds)(nil)
	_ custom = (*Fields)(nil)
	_ custom = (*Match)(nil)
	_ custom = (*WantUpstream)(nil)
)

func (c *Config) read(d *decoder, n *yaml.Node, path string) { *c = Config(d.text(n, path)) }
func (*Config) schema() map[string]any                       { return map[string]any{} }

func (t *Text) read(d *decoder, n *yaml.Node, path string) { *t = Text(d.text(n, path)) }
func (*Text) schema() map[string]any                       { return map[string]any{} }

func (j *JSON) read(d *decoder, n *yaml.Node, path string) { j.Value = d.any(n, path) }
func (*JSON) schema() map[string]any                       { return map[string]any{} }

// text is a scalar as it is written, and anything else as JSON.
func (d *decoder) text(n *yaml.Node, path string) string {
	if n = resolve(n); n.Kind == yaml.ScalarNode {
		return n.Value
	}
	b, err := json.Marshal(d.any(n, path))
	if err != nil {
		d.fail(n, path, "can't be written as JSON: %v", err)
	}
	return string(b)
}

// any is a node as encoding/json would decode it.
func (d *decoder) any(n *yaml.Node, path string) any {
	n = resolve(n)
	if !d.count(n, path) {
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		object := make(map[string]any, len(n.Content)/2)
		d.pairs(n, path, func(key, value *yaml.Node) { object[key.Value] = d.any(value, path+"."+key.Value) })
		return object
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content))
		for i, item := range n.Content {
			if d.nodes >= maxNodes {
				return nil
			}
			list = append(list, d.any(item, fmt.Sprintf("%s[%d]", path, i)))
		}
		return list
	}
	var v any
	if err := n.Decode(&v); err != nil {
		d.fail(n, path, "%v", err)
	}
	return plain(v, n.Value)
}

// plain is a scalar of YAML as JSON has it.
func plain(v any, text string) any {
	switch v := v.(type) {
	case nil, bool, string:
		return v
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case uint64:
		return float64(v)
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return text
		}
		return v
	}
	return text // a time, such as 2030-01-02
}

func (s *Seconds) read(d *decoder, n *yaml.Node, path string) {
	v, err := time.ParseDuration(d.text(n, path))
	if err != nil || v < 0 || v > time.Minute {
		d.fail(n, path, "want a duration of at most a minute, such as 100ms")
	}
	*s = Seconds(v)
}

func (*Seconds) schema() map[string]any {
	return map[string]any{"type": "string", "pattern": `^[0-9.]+(ms|s|m)$`}
}

func (f *Fields) read(d *decoder, n *yaml.Node, path string) {
	d.pairs(n, path, func(key, value *yaml.Node) {
		value = resolve(value)
		items := []*yaml.Node{value}
		if value.Kind == yaml.SequenceNode {
			items = value.Content
		}
		for _, item := range items {
			if item = resolve(item); item.Kind != yaml.ScalarNode {
				d.fail(item, path+"."+key.Value, "want a text, or a list of texts for a header that is there more than once")
				return
			}
			*f = append(*f, [2]string{key.Value, item.Value})
		}
	})
}

func (*Fields) schema() map[string]any {
	scalar := []any{"string", "number", "boolean"}
	return map[string]any{"type": "object", "additionalProperties": map[string]any{"anyOf": []any{
		map[string]any{"type": scalar},
		map[string]any{"type": "array", "items": map[string]any{"type": scalar}},
	}}}
}

func (v *Value) read(d *decoder, n *yaml.Node, path string) {
	raw := d.any(n, path)
	var err error
	if v.Value, err = redisValue(raw); err != nil {
		d.fail(n, path, "%v", err)
	}
}

func redisValue(raw any) (any, error) {
	switch raw := raw.(type) {
	case nil, string:
		return raw, nil
	case float64:
		if raw != math.Trunc(raw) || math.Abs(raw) > 1<<53 {
			return nil, fmt.Errorf("%v is no whole number; Redis gives others as text", raw)
		}
		return int(raw), nil
	case []any:
		list := make([]any, len(raw))
		for i := range raw {
			var err error
			if list[i], err = redisValue(raw[i]); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		status, isStatus := raw["status"].(string)
		text, isError := raw["error"].(string)
		switch {
		case len(raw) == 1 && isStatus:
			return plugintest.Status(status), nil
		case len(raw) == 1 && isError:
			return errors.New(text), nil
		}
	}
	return nil, errors.New("want a whole number, a text, null, a list, {status: TEXT} or {error: TEXT}")
}

func (*Value) schema() map[string]any {
	one := func(key string) map[string]any {
		return map[string]any{"type": "object", "additionalProperties": false, "required": []any{key},
			"properties": map[string]any{key: map[string]any{"type": "string"}}}
	}
	return map[string]any{"anyOf": []any{
		map[string]any{"type": []any{"string", "integer", "null", "array"}}, one("status"), one("error"),
	}}
}

// matchKeys is a Match that is written with keys.
type matchKeys Match

// read takes a text, a list of values, null for absent, or keys.
func (m *Match) read(d *decoder, n *yaml.Node, path string) {
	switch n = resolve(n); {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		m.Absent = true
	case n.Kind == yaml.ScalarNode:
		m.Exact = &n.Value
	case n.Kind == yaml.SequenceNode:
		m.Values = []string{}
		d.value(n, path, &m.Values)
	default:
		d.value(n, path, (*matchKeys)(m))
		d.pattern(n, path+".regex", m.Regex)
		if len(n.Content) == 0 {
			d.fail(n, path, "want a text, a list, null, or keys such as regex")
		}
	}
}

func (*Match) schema() map[string]any {
	return map[string]any{"anyOf": []any{
		map[string]any{"type": []any{"string", "number", "boolean", "null"}},
		map[string]any{"type": "array", "items": map[string]any{"type": []any{"string", "number", "boolean"}}},
		schemaOf(typeOf[matchKeys]()),
	}}
}

// upstreamKeys is a WantUpstream that is written with keys.
type upstreamKeys WantUpstream

// read takes none, or a request.
func (w *WantUpstream) read(d *decoder, n *yaml.Node, path string) {
	if n = resolve(n); n.Kind == yaml.ScalarNode && n.Value == "none" {
		w.None = true
		return
	}
	d.value(n, path, (*upstreamKeys)(w))
}

func (*WantUpstream) schema() map[string]any {
	return map[string]any{"anyOf": []any{map[string]any{"const": "none"}, schemaOf(typeOf[upstreamKeys]())}}
}
