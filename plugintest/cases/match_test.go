package cases

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func match(t *testing.T, text string) *Match {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	d, m := &decoder{file: "f"}, &Match{}
	d.value(n.Content[0], "m", m)
	if err := d.err(); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMatch(t *testing.T) {
	for _, c := range []struct{ match, got, wrong string }{
		{"text", "text", ""},
		{"text", "texts", "differs"},
		{"text", "-", "is not there"},
		{"'null'", "-", "is not there"},
		{"null", "-", ""},
		{"null", "x", `is ["x"], want none`},
		{"{absent: true}", "x", "want none"},
		{"{present: true}", "x", ""},
		{"{present: true}", "-", "is not there"},
		{"[a, b]", "a|b", ""},
		{"[a, b]", "b|a", `want ["a" "b"]`},
		{"a", "a|a", "differs"},
		{"{contains: [b, c]}", "abc", ""},
		{"{contains: [b, d]}", "abc", `does not have "d"`},
		{"{not: [d]}", "abc", ""},
		{"{not: [b]}", "abc", `has "b" in it`},
		{"{not: [b]}", "-", ""},
		{"{regex: 'a.c'}", "abc", ""},
		{"{regex: 'b'}", "abc", "does not match"},
		{"{json: {a: 1, b: [x, {c: null}]}}", `{"a":1,"z":2,"b":["x",{"c":null,"d":1}]}`, ""},
		{"{json: {a: 1}}", `{"a":2}`, "a is 2, want 1"},
		{"{json: {a: {b: 1}}}", `{"a":{}}`, "a.b is not there"},
		{"{json: [1]}", `[1,2]`, "it is [1,2], want [1]"},
		{"{json: {}}", "no", "is no JSON"},
		{"{file: none.txt}", "x", "can't be compared"},
	} {
		var values []string
		if c.got != "-" {
			values = strings.Split(c.got, "|")
		}
		wrong := strings.Join(match(t, c.match).check(values, t.TempDir()), "\n")
		if (wrong == "") != (c.wrong == "") || !strings.Contains(wrong, c.wrong) {
			t.Errorf("%s of %q: %q, want %q", c.match, c.got, wrong, c.wrong)
		}
	}
}
