package schema

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

// object is a JSON object whose keys have an order. Its values are object, list,
// string, bool, int, and raw.
type object []member

type member struct {
	key   string
	value any
}

type list []any

// raw is JSON that is written as it is.
type raw string

// add appends a member unless its value is nil.
func (o *object) add(key string, value any) {
	if value != nil {
		*o = append(*o, member{key, value})
	}
}

// MarshalJSON keeps the order.
func (o object) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(spec.Quote(b, m.key), ':')
		value, err := compact(m.value)
		if err != nil {
			return nil, err
		}
		b = append(b, value...)
	}
	return append(b, '}'), nil
}

// MarshalJSON is the text itself.
func (r raw) MarshalJSON() ([]byte, error) { return []byte(r), nil }

// compact is a value on one line, with patterns as they were written.
func compact(value any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(value)
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), err
}

// asJSON is a tree as a document for people.
func asJSON(o object) []byte {
	text, err := compact(o)
	if err != nil {
		return []byte(err.Error()) // never: the tree holds nothing that can't be written
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return []byte(err.Error()) // as above
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// asYAML is a tree as YAML in block style; lists of scalars stay on one line.
func asYAML(o object) []byte {
	var b strings.Builder
	yamlObject(&b, o, 0)
	return []byte(b.String())
}

func yamlObject(b *strings.Builder, o object, indent int) {
	for _, m := range o {
		b.WriteString(strings.Repeat(" ", indent) + yamlKey(m.key) + ":")
		yamlValue(b, m.value, indent)
	}
}

func yamlValue(b *strings.Builder, value any, indent int) {
	switch v := value.(type) {
	case object:
		if len(v) > 0 {
			b.WriteByte('\n')
			yamlObject(b, v, indent+2)
			return
		}
	case list:
		if len(v) > 0 && isObject(v[0]) {
			b.WriteByte('\n')
			for _, e := range v {
				var item strings.Builder
				yamlObject(&item, e.(object), indent+4)
				b.WriteString(strings.Repeat(" ", indent+2) + "- " + strings.TrimLeft(item.String(), " "))
			}
			return
		}
	}
	text, _ := compact(value)
	b.WriteString(" " + string(text) + "\n")
}

func isObject(v any) bool {
	_, ok := v.(object)
	return ok
}

var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// yamlKey quotes a key that YAML would read as something else than a string.
func yamlKey(key string) string {
	switch strings.ToLower(key) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
	default:
		if plainKey.MatchString(key) {
			return key
		}
	}
	return string(spec.Quote(nil, key))
}
