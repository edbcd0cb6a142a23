package spec

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
)

// value reads a tag that holds a value for n: text as it is for what is a
// string in JSON, JSON for all else. A list may be written without its
// brackets, with commas between its elements.
func (t *tags) value(tag string, n *Node) []byte {
	text, ok := t.Lookup(tag)
	if !ok {
		return nil
	}
	json := asJSON(n, text)
	if err := jsoncheck.Check(json, jsoncheck.Limits{}); err != nil {
		t.fail(tag, text, "must be JSON: "+err.Error())
	}
	return json
}

func asJSON(n *Node, text string) []byte {
	switch {
	case n.Textual():
		return Quote(nil, text)
	case n.Kind == Raw && jsoncheck.Check([]byte(text), jsoncheck.Limits{}) != nil:
		return Quote(nil, text) // of a type such as time.Time
	case n.Kind != List || strings.HasPrefix(strings.TrimSpace(text), "["):
		return []byte(text)
	}
	list := []byte{'['}
	for i, part := range strings.Split(text, ",") {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, asJSON(n.Elem, strings.TrimSpace(part))...)
	}
	return append(list, ']')
}

// Textual reports whether n is a string in JSON.
func (n *Node) Textual() bool {
	return n.Kind == String || n.Kind == Text || n.Kind == Bytes || n.Kind == Duration
}

const hex = "0123456789abcdef"

// Quote appends text as a JSON string. Bytes that aren't UTF-8 become U+FFFD.
func Quote(b []byte, text string) []byte {
	b = append(b, '"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\t':
			b = append(b, '\\', 't')
		case r < ' ' || r == 0x7f:
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			b = append(b, string(r)...)
		}
	}
	return append(b, '"')
}
