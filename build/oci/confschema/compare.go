package confschema

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// maxDepth bounds schemas inside schemas.
const maxDepth = 64

// Change is a difference between two schemas.
type Change struct {
	// Path is where, such as "rules[].limit"; empty for the whole.
	Path string `json:"path"`
	// What says what changed.
	What string `json:"what"`
	// Breaking says that a configuration that the old schema takes may be
	// refused by the new one, or mean something else.
	Breaking bool `json:"breaking"`
}

// Compare lists what changed from old to new, in the order of the paths. A nil
// schema takes everything.
func Compare(old, new Schema) []Change {
	c := &comparer{}
	switch {
	case old == nil && new == nil:
	case old == nil:
		c.add("", "there is a schema now", true)
	case new == nil:
		c.add("", "there is no schema any more", false)
	default:
		c.schemas("", old, new, 0)
	}
	return c.changes
}

// comparer collects changes.
type comparer struct{ changes []Change }

func (c *comparer) add(path, what string, breaking bool) {
	c.changes = append(c.changes, Change{path, what, breaking})
}

// descriptive are the keywords that no configuration depends on.
var descriptive = [...]string{"title", "description", "example", "examples", "externalDocs", "x-title-i18n", "x-description-i18n"}

// lower and upper are the keywords that bound a value from below and above.
var (
	lower = [...]string{"minimum", "minLength", "minItems", "minProperties"}
	upper = [...]string{"maximum", "maxLength", "maxItems", "maxProperties"}
)

func (c *comparer) schemas(path string, old, new Schema, depth int) {
	if depth > maxDepth {
		c.add(path, "too deep to be compared", true)
		return
	}
	done := map[string]bool{"type": true, "required": true, "properties": true, "items": true, "enum": true, "additionalProperties": true, "default": true}
	if text(old["type"]) != text(new["type"]) {
		widened := old["type"] == "integer" && new["type"] == "number" || new["type"] == nil
		c.add(path, fmt.Sprintf("type was %s, is %s", text(old["type"]), text(new["type"])), !widened)
	}
	c.required(path, old, new)
	c.enum(path, old, new)
	c.bounds(path, old, new, done)
	if a, b := text(old["default"]), text(new["default"]); a != b {
		c.add(path, fmt.Sprintf("default was %s, is %s", a, b), true)
	}
	c.rest(path, old, new, done)
	c.properties(path, old, new, depth)
	c.inner(path+"[]", old["items"], new["items"], depth)
	c.additional(path, old["additionalProperties"], new["additionalProperties"], depth)
}

// required compares the lists of names that must be there.
func (c *comparer) required(path string, old, new Schema) {
	before, after := words(old["required"]), words(new["required"])
	for _, name := range after {
		if !slices.Contains(before, name) {
			c.add(join(path, name), "is required now", true)
		}
	}
	for _, name := range before {
		if !slices.Contains(after, name) {
			c.add(join(path, name), "is not required any more", false)
		}
	}
}

// enum compares the lists of values.
func (c *comparer) enum(path string, old, new Schema) {
	before, was := old["enum"].([]any)
	after, is := new["enum"].([]any)
	switch {
	case !was && is:
		c.add(path, "takes certain values only: "+text(after), true)
		return
	case was && !is:
		c.add(path, "takes any value", false)
		return
	}
	for _, v := range before {
		if !slices.ContainsFunc(after, func(w any) bool { return text(v) == text(w) }) {
			c.add(path, fmt.Sprintf("the value %s is gone", text(v)), true)
		}
	}
	for _, v := range after {
		if !slices.ContainsFunc(before, func(w any) bool { return text(v) == text(w) }) {
			c.add(path, fmt.Sprintf("takes the value %s too", text(v)), false)
		}
	}
}

// bounds compares numbers, of which one direction is breaking.
func (c *comparer) bounds(path string, old, new Schema, done map[string]bool) {
	for i, names := range [2][4]string{lower, upper} {
		for _, name := range names {
			done[name] = true
			if text(old[name]) == text(new[name]) {
				continue
			}
			before, was := old[name].(float64)
			after, is := new[name].(float64)
			tighter := is && (!was || i == 0 && after > before || i == 1 && after < before)
			c.add(path, fmt.Sprintf("%s was %s, is %s", name, text(old[name]), text(new[name])), tighter)
		}
	}
}

// rest compares all other keywords, whose meaning is not looked into.
func (c *comparer) rest(path string, old, new Schema, done map[string]bool) {
	names := map[string]bool{}
	for name := range old {
		names[name] = true
	}
	for name := range new {
		names[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		a, b := text(old[name]), text(new[name])
		if done[name] || slices.Contains(descriptive[:], name) || a == b {
			continue
		}
		_, there := new[name]
		c.add(path, fmt.Sprintf("%s was %s, is %s", name, a, b), there)
	}
}

func (c *comparer) properties(path string, old, new Schema, depth int) {
	before, _ := old["properties"].(map[string]any)
	after, _ := new["properties"].(map[string]any)
	names := slices.Collect(maps.Keys(before))
	for name := range after {
		if _, ok := before[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		a, was := before[name]
		b, is := after[name]
		switch {
		case !was:
			c.add(join(path, name), "is new", false)
		case !is:
			c.add(join(path, name), "is gone", true)
		default:
			c.inner(join(path, name), a, b, depth)
		}
	}
}

// inner compares schemas inside others.
func (c *comparer) inner(path string, old, new any, depth int) {
	a, _ := old.(map[string]any)
	b, _ := new.(map[string]any)
	switch {
	case a == nil && b == nil:
	case a == nil:
		c.add(path, "has a schema now", true)
	case b == nil:
		c.add(path, "has no schema any more", false)
	default:
		c.schemas(path, a, b, depth+1)
	}
}

// additional compares what is said about names that are not listed.
func (c *comparer) additional(path string, old, new any, depth int) {
	_, was := old.(map[string]any)
	_, is := new.(map[string]any)
	switch {
	case was && is:
		c.inner(join(path, "*"), old, new, depth)
	case text(old) == text(new):
	default:
		c.add(path, fmt.Sprintf("additionalProperties was %s, is %s", text(old), text(new)), new != nil && new != true)
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// words are the strings of a list.
func words(v any) []string {
	var all []string
	list, _ := v.([]any)
	for _, item := range list {
		if s, ok := item.(string); ok {
			all = append(all, s)
		}
	}
	return all
}

// text writes a value so that equal ones are equal; none is "unset".
func text(v any) string {
	if v == nil {
		return "unset"
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	const most = 200
	if len(raw) > most {
		return string(raw[:most]) + "…"
	}
	return string(raw)
}
