package confschema

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// read parses the inside of a schema.
func read(t *testing.T, text string) Schema {
	t.Helper()
	if text == "" {
		return nil
	}
	s, err := Read([]byte("spec: {configSchema: {openAPIV3Schema: " + text + "}}"))
	if err != nil || s == nil {
		t.Fatalf("%s: %v, %v", text, s, err)
	}
	return s
}

// TestCompare: each change is named with its path; "!" is for breaking ones.
func TestCompare(t *testing.T) {
	object := func(inside string) string { return "{type: object, properties: {a: " + inside + "}}" }
	for _, tt := range []struct{ old, new, want string }{
		{"", "", ""},
		{"", "{type: object}", "!: there is a schema now"},
		{"{type: object}", "", ": there is no schema any more"},
		{"{type: object}", "{type: object}", ""},
		{object("{type: string}"), object("{type: string, title: x, description: y, example: z}"), ""},
		{object("{type: string}"), object("{type: integer}"), `!a: type was "string", is "integer"`},
		{object("{type: integer}"), object("{type: number}"), `a: type was "integer", is "number"`},
		{object("{type: number}"), object("{type: integer}"), `!a: type was "number", is "integer"`},
		{object("{type: string}"), "{type: object}", "!a: is gone"},
		{"{type: object}", object("{type: string}"), "a: is new"},
		{object("{}"), "{type: object, required: [a], properties: {a: {}}}", "!a: is required now"},
		{"{type: object, required: [a], properties: {a: {}}}", object("{}"), "a: is not required any more"},
		{object("{enum: [x, z]}"), object("{enum: [x]}"), `!a: the value "z" is gone`},
		{object("{enum: [x]}"), object("{enum: [x, z]}"), `a: takes the value "z" too`},
		{object("{}"), object("{enum: [x]}"), `!a: takes certain values only: ["x"]`},
		{object("{enum: [x]}"), object("{}"), `a: takes any value`},
		{object("{minimum: 1}"), object("{minimum: 2}"), "!a: minimum was 1, is 2"},
		{object("{minimum: 2}"), object("{minimum: 1}"), "a: minimum was 2, is 1"},
		{object("{}"), object("{minimum: 1}"), "!a: minimum was unset, is 1"},
		{object("{maxLength: 2}"), object("{maxLength: 1}"), "!a: maxLength was 2, is 1"},
		{object("{maxLength: 1}"), object("{}"), "a: maxLength was 1, is unset"},
		{object("{pattern: x}"), object("{pattern: z}"), `!a: pattern was "x", is "z"`},
		{object("{pattern: x}"), object("{}"), `a: pattern was "x", is unset`},
		{object("{default: 1}"), object("{default: 2}"), "!a: default was 1, is 2"},
		{object("{type: array, items: {type: string}}"), object("{type: array, items: {type: integer}}"), `!a[]: type was "string", is "integer"`},
		{object("{type: object, properties: {b: {type: string}}}"), object("{type: object, properties: {b: {type: boolean}}}"), `!a.b: type was "string", is "boolean"`},
		{"{}", "{additionalProperties: false}", "!: additionalProperties was unset, is false"},
		{"{additionalProperties: false}", "{}", ": additionalProperties was false, is unset"},
		{"{additionalProperties: {type: string}}", "{additionalProperties: {type: integer}}", `!*: type was "string", is "integer"`},
	} {
		var got []string
		for _, c := range Compare(read(t, tt.old), read(t, tt.new)) {
			mark := ""
			if c.Breaking {
				mark = "!"
			}
			got = append(got, fmt.Sprintf("%s%s: %s", mark, c.Path, c.What))
		}
		if strings.Join(got, "; ") != tt.want {
			t.Errorf("%s to %s:\ngot  %q\nwant %q", tt.old, tt.new, got, tt.want)
		}
	}
}

func TestRead(t *testing.T) {
	for text, want := range map[string]error{
		"":                                nil,
		"a: b":                            nil,
		"spec: 3":                         nil,
		"openAPIV3Schema: {type: object}": nil,
		"a: [":                            ErrSpec,
		"- a":                             ErrSpec,
		strings.Repeat("#", maxSpec+1):    ErrSpec,
	} {
		s, err := Read([]byte(text))
		if !errors.Is(err, want) || (s != nil) != strings.HasPrefix(text, "openAPI") {
			t.Errorf("%.40q: got %v, %v", text, s, err)
		}
	}
}

// TestDeep: a schema inside itself many times ends.
func TestDeep(t *testing.T) {
	deep := func(kind string) Schema {
		s := Schema{"type": kind}
		for range 10 * maxDepth {
			s = Schema{"items": map[string]any(s)}
		}
		return s
	}
	changes := Compare(deep("string"), deep("integer"))
	if len(changes) != 1 || !changes[0].Breaking || !strings.Contains(changes[0].What, "deep") {
		t.Errorf("got %v", changes)
	}
}

// FuzzCompare: any two texts are compared, and the same one with itself has no
// changes, unless it is too deep.
func FuzzCompare(f *testing.F) {
	f.Add([]byte("openAPIV3Schema: {type: object, properties: {a: {type: string}}}"), []byte("openAPIV3Schema: {type: array, items: {}}"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		old, err := Read(a)
		if err != nil {
			return
		}
		for _, c := range Compare(old, old) {
			if !strings.Contains(c.What, "deep") {
				t.Errorf("%q differs from itself: %v", a, c)
			}
		}
		if new, err := Read(b); err == nil {
			Compare(old, new)
		}
	})
}
