package cases

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/plugintest"
)

// check compares what came, the values of a header or a body, and says what is
// wrong with it. dir is where the files are that it names.
func (m *Match) check(values []string, dir string) (wrong []string) {
	whole := strings.Join(values, ", ")
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	switch {
	case m.Absent && len(values) > 0:
		complain("is %q, want none", values)
	case len(values) == 0 && m.needsValue():
		complain("is not there")
		return wrong
	case m.Exact != nil && (len(values) != 1 && (len(values) > 0 || *m.Exact != "") || whole != *m.Exact):
		complain("differs\n%s", plugintest.Diff(*m.Exact, whole))
	case m.Values != nil && !slices.Equal(m.Values, values):
		complain("is %q, want %q", values, m.Values)
	}
	for _, part := range m.Contains {
		if !strings.Contains(whole, part) {
			complain("does not have %q in it: %s", part, clip(whole))
		}
	}
	for _, part := range m.Not {
		if strings.Contains(whole, part) {
			complain("has %q in it: %s", part, clip(whole))
		}
	}
	if m.Regex != "" && !fullMatch(m.Regex, whole) {
		complain("does not match the regular expression %s: %s", m.Regex, clip(whole))
	}
	return append(wrong, m.checkContent(whole, dir)...)
}

// needsValue reports whether nothing can't be right.
func (m *Match) needsValue() bool {
	return m.Present || m.Exact != nil && *m.Exact != "" || len(m.Values) > 0 || len(m.Contains) > 0 || m.Regex != "" || m.JSON != nil
}

func (m *Match) checkContent(whole, dir string) (wrong []string) {
	if m.File != "" {
		want, err := readBounded(filepath.Join(dir, m.File))
		if err != nil {
			wrong = append(wrong, "can't be compared: "+err.Error())
		} else if string(want) != whole {
			wrong = append(wrong, "is not what the file "+m.File+" has\n"+plugintest.Diff(string(want), whole))
		}
	}
	if m.JSON != nil {
		var got any
		if err := json.Unmarshal([]byte(whole), &got); err != nil {
			return append(wrong, fmt.Sprintf("is no JSON: %v: %s", err, clip(whole)))
		}
		for _, w := range subset("", m.JSON.Value, got) {
			wrong = append(wrong, "as JSON: "+w)
		}
	}
	return wrong
}

// subset says where got lacks what want has.
func subset(path string, want, got any) (wrong []string) {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return []string{differs(path, want, got)}
		}
		for _, key := range sorted(want) {
			value, ok := object[key]
			if !ok {
				wrong = append(wrong, strings.TrimPrefix(path+"."+key, ".")+" is not there")
				continue
			}
			wrong = append(wrong, subset(path+"."+key, want[key], value)...)
		}
		return wrong
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return []string{differs(path, want, got)}
		}
		for i := range want {
			wrong = append(wrong, subset(path+"["+strconv.Itoa(i)+"]", want[i], list[i])...)
		}
		return wrong
	}
	if !reflect.DeepEqual(want, got) {
		return []string{differs(path, want, got)}
	}
	return nil
}

func differs(path string, want, got any) string {
	if path = strings.TrimPrefix(path, "."); path == "" {
		path = "it"
	}
	w, _ := json.Marshal(want) // both were JSON
	g, _ := json.Marshal(got)
	return fmt.Sprintf("%s is %s, want %s", path, short(string(g)), short(string(w)))
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// fullMatch reports whether the whole text matches; Load has compiled the
// expression.
func fullMatch(expression, text string) bool {
	return regexp.MustCompile("(?s)^(?:" + expression + ")$").MatchString(text)
}

// short is a text for a message, clip the same in quotes.
func short(s string) string {
	if len(s) > 400 {
		return s[:400] + "..."
	}
	return s
}

func clip(s string) string { return strconv.Quote(short(s)) }
