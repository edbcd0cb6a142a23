package prepare

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// secretSet are the places of a configuration that its schema marks as secret, with
// "format: password" or "writeOnly", and what is there.
type secretSet struct {
	places [][]string
	values []string
}

// has reports whether a place is in a secret one, or holds one.
func (s *secretSet) has(location []string) bool {
	return slices.ContainsFunc(s.places, func(p []string) bool {
		n := min(len(p), len(location))
		return slices.Equal(p[:n], location[:n])
	})
}

// walk looks through schema and value side by side.
func (s *secretSet) walk(schema, value any, location []string, depth int) {
	node, ok := schema.(map[string]any)
	if !ok || depth > maxDepth || value == nil {
		return
	}
	if node["format"] == "password" || node["writeOnly"] == true {
		s.places = append(s.places, slices.Clone(location))
		s.all(value)
		return
	}
	for _, key := range []string{"allOf", "anyOf", "oneOf"} {
		if list, ok := node[key].([]any); ok {
			for _, sub := range list {
				s.walk(sub, value, location, depth+1)
			}
		}
	}
	switch value := value.(type) {
	case []any:
		for i, v := range value {
			s.walk(node["items"], v, append(location, strconv.Itoa(i)), depth+1)
		}
	case map[string]any:
		known, _ := node["properties"].(map[string]any)
		for key, v := range value {
			sub, ok := known[key]
			if !ok {
				sub = node["additionalProperties"]
			}
			s.walk(sub, v, append(location, key), depth+1)
		}
	}
}

// all notes every text and number in a value.
func (s *secretSet) all(value any) {
	switch v := value.(type) {
	case string:
		s.values = append(s.values, v)
	case json.Number:
		s.values = append(s.values, v.String())
	case []any:
		for _, item := range v {
			s.all(item)
		}
	case map[string]any:
		for _, item := range v {
			s.all(item)
		}
	}
}

// masked is a text without secrets. One of a few characters would be found in every
// text, so where the text has it as a word of its own it goes, and else it stays.
func masked(text string, secrets []string) string {
	sorted := slices.Clone(secrets)
	slices.SortFunc(sorted, func(a, b string) int { return len(b) - len(a) })
	for _, s := range sorted {
		if len(s) >= minSecret {
			text = strings.ReplaceAll(text, s, hiddenValue)
			continue
		}
		for _, quote := range []string{`"`, `'`, "`"} {
			if s != "" {
				text = strings.ReplaceAll(text, quote+s+quote, hiddenValue)
			}
		}
	}
	return text
}

// minSecret is the length from which a secret is looked for everywhere.
const minSecret = 4
