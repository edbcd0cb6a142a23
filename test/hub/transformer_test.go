package hub

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestTransformer(t *testing.T) {
	attack(t, guard{
		plugin: "transformer",
		config: `{"reqRules":[
			{"operate":"remove","headers":[{"key":"X-A"}],"querys":[{"key":"b"}],"body":[{"key":"gone"}]},
			{"operate":"rename","headers":[{"oldKey":"x-b","newKey":"X-C"}],"querys":[{"oldKey":"a","newKey":"n"}],"body":[{"oldKey":"old","newKey":"new"}]},
			{"operate":"replace","headers":[{"key":"x-fixed","newValue":"1"}],"body":[{"key":"fixed","newValue":"12","value_type":"number"}]},
			{"operate":"add","headers":[{"key":"x-added","value":"plugin"}],"querys":[{"key":"added","value":"x y"}],"body":[{"key":"added","value":"p"}]},
			{"operate":"append","headers":[{"key":"x-c","appendValue":"tail"}]},
			{"operate":"map","mapSource":"querys","headers":[{"fromKey":"a","toKey":"x-query"}]},
			{"operate":"dedupe","headers":[{"key":"x-d","strategy":"RETAIN_UNIQUE"},{"key":"x-e","strategy":"RETAIN_LAST"}]}],
			"respRules":[{"operate":"add","headers":[{"key":"x-resp","value":"yes"}]}]}`,
		mutate:  mutateTransformed,
		verdict: func(*request) verdict { return passes(whatever) },
		exact:   transformed,
		kinds:   []string{"json", "form", "other body", "no body"},
	})
}

// mutateTransformed adds what the rules are about.
func mutateTransformed(r *rand.Rand, q *request) {
	for range r.IntN(5) {
		q.add(pick(r, "x-d", "X-D", "x-e", "x-b", "X-C"), pick(r, "1", "2", "1,2", "\xff;", `"`))
	}
	if oneIn(r, 3) {
		q.add(pick(r, "x-added", "X-Fixed", "x-query"), "client")
	}
	if oneIn(r, 2) {
		return
	}
	q.method, q.chunked = pick(r, "POST", "PUT", "PATCH"), oneIn(r, 2)
	q.headers = slices.DeleteFunc(q.headers, func(h [2]string) bool { return strings.EqualFold(h[0], "content-type") })
	if oneIn(r, 2) {
		q.add("content-type", pick(r, "application/json", "Application/JSON; charset=utf-8"))
		values := map[string]any{}
		for range r.IntN(8) {
			values[pick(r, "gone", "old", "fixed", "added", "keep", "Gone", "", "a.b", "\u00fc\n")] = pick[any](r, 1, 1.5e300, "x", "\x00\"\\", nil, true, []any{1, "2"}, map[string]any{"gone": 1})
		}
		text, _ := json.Marshal(values)
		q.body = string(text) + pick(r, "", "", "", "", " ", "}", "\n[")
		return
	}
	q.add("content-type", "application/x-www-form-urlencoded")
	var parts []string
	for range 1 + r.IntN(6) {
		parts = append(parts, pick(r, "gone=1", "g%6fne=2", "old=%26+x", "keep=a%20b+c", "keep=", "keep", "fixed=9", "added=c", "=1", "", "a;b=c"))
	}
	q.body = strings.Join(parts, "&")
}

// transformed knows what the rules say, of each part.
func transformed(q *request, got outcome) (kind, wrong string) {
	kind, wrong = transformedBody(q, got.seen[":body"])
	if wrong == "" && !q.odd {
		wrong = transformedTarget(q.target, got.seen[":path"])
	}
	if wrong == "" {
		wrong = transformedHeaders(q, got)
	}
	return kind, wrong
}

func transformedHeaders(q *request, got outcome) string {
	first := func(all []string, otherwise ...string) []string { return append(all, otherwise...)[:1] }
	_, query, _ := strings.Cut(q.target, "?")
	mapped := q.values("x-query")
	if from := named(parametersOf(query), "a"); len(from) > 0 {
		mapped = from
	}
	unique := q.values("x-d")
	for i := len(unique) - 1; i >= 0; i-- {
		if slices.Contains(unique[:i], unique[i]) {
			unique = slices.Delete(unique, i, i+1)
		}
	}
	last := q.values("x-e")
	want := map[string][]string{
		"X-A": nil, "X-B": nil, "X-Fixed": {"1"}, "X-Added": first(q.values("x-added"), "plugin"),
		"X-C": append(append(q.values("x-c"), q.values("x-b")...), "tail"),
		"X-D": unique, "X-E": last[max(0, len(last)-1):],
	}
	if !q.odd {
		want["X-Query"] = mapped
	}
	for name, values := range want {
		if is := full(got.seen.Values(name)); !slices.Equal(is, full(values)) {
			return fmt.Sprintf("the backend sees %s: %q, want %q", name, is, full(values))
		}
	}
	if is := got.header.Values("X-Resp"); !slices.Equal(is, []string{"yes"}) {
		return fmt.Sprintf("the answer has X-Resp: %q", is)
	}
	return ""
}

// full leaves out empty values, which some gateways drop, and spaces at the ends.
func full(values []string) (all []string) {
	for _, v := range values {
		if v = strings.Trim(v, " \t"); v != "" {
			all = append(all, v)
		}
	}
	return all
}

func named(pairs [][2]string, name string) (values []string) {
	for _, p := range pairs {
		if p[0] == name {
			values = append(values, p[1])
		}
	}
	return values
}

// changedPairs removes a name, renames one, and sets and adds what is said.
func changedPairs(pairs [][2]string, remove, from, to string) (all [][2]string) {
	for _, p := range pairs {
		if p[0] == from {
			p[0] = to
		}
		if p[0] != remove {
			all = append(all, p)
		}
	}
	return all
}

func transformedTarget(target string, seen []string) string {
	path, query, _ := strings.Cut(target, "?")
	want := append(changedPairs(parametersOf(query), "b", "a", "n"), [2]string{"added", "x y"})
	isPath, isQuery, _ := strings.Cut(seen[0], "?")
	if is := parametersOf(isQuery); isPath != path || !slices.Equal(is, want) {
		return fmt.Sprintf("the backend sees %s with %q, want %s with %q", isPath, is, path, want)
	}
	return ""
}

func transformedBody(q *request, seen []string) (kind, wrong string) {
	is := append(seen, "")[0]
	kind, want := "other body", any(q.body)
	got := any(is)
	contentType := strings.ToLower(append(q.values("content-type"), "")[0])
	switch values, ok := object(q.body); {
	case q.body == "":
		kind = "no body"
	case strings.HasPrefix(contentType, "application/json") && ok:
		kind = "json"
		delete(values, "gone")
		if v, there := values["old"]; there {
			delete(values, "old")
			values["new"] = v
		}
		values["fixed"] = json.Number("12")
		if _, there := values["added"]; !there {
			values["added"] = "p"
		}
		want = values
		got, _ = object(is)
	case strings.HasSuffix(contentType, "urlencoded"):
		kind = "form"
		pairs := changedPairs(parametersOf(q.body), "gone", "old", "new")
		at := slices.IndexFunc(pairs, func(p [2]string) bool { return p[0] == "fixed" })
		if at < 0 {
			at, pairs = len(pairs), append(pairs, [2]string{"fixed", ""})
		}
		pairs[at][1] = "12"
		rest := changedPairs(pairs[at+1:], "fixed", "", "")
		if pairs = append(pairs[:at+1:at+1], rest...); len(named(pairs, "added")) == 0 {
			pairs = append(pairs, [2]string{"added", "p"})
		}
		want, got = pairs, parametersOf(is)
	}
	if !reflect.DeepEqual(got, want) {
		return kind, fmt.Sprintf("the backend sees the body %q, want %q", is, fmt.Sprint(want))
	}
	return kind, ""
}

// object reads a JSON object, with its numbers as they are written.
func object(text string) (map[string]any, bool) {
	d, values := json.NewDecoder(bytes.NewBufferString(text)), map[string]any(nil)
	d.UseNumber()
	err := d.Decode(&values)
	return values, err == nil && json.Valid([]byte(text)) && values != nil
}
