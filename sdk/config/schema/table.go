package schema

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/config/internal/spec"
)

// Table is the configuration as a table in Markdown, one line a key: the keys
// of nested objects follow theirs, as `rules[].limit` and `by_name.*.limit`.
func (s *Schema) Table() string {
	t := table{above: map[*spec.Object]bool{}}
	t.b.WriteString("| key | type | default | meaning |\n|---|---|---|---|\n")
	t.object("", s.root.Object)
	if s.Rules != config.NoRules {
		t.line("_rules_", "list of objects", "none", rulesMeaning(s.Rules))
	}
	return t.b.String()
}

func rulesMeaning(r config.Rules) string {
	const first = "configurations for some requests; the first rule that matches wins"
	if r == config.OverrideRules {
		return first + "; keys that a rule leaves out are those of the top level"
	}
	return first
}

type table struct {
	b     strings.Builder
	above map[*spec.Object]bool
}

func (t *table) object(prefix string, o *spec.Object) {
	if t.above[o] {
		return // it is described above
	}
	t.above[o] = true
	defer delete(t.above, o)
	for _, f := range o.Fields {
		t.field(prefix, f)
	}
}

func (t *table) field(prefix string, f *spec.Field) {
	key := prefix + f.Name
	absent := "none"
	if f.Required {
		absent = "required"
	} else if d := byDefault(f); d != "" {
		absent = code(d)
	}
	meaning := strings.TrimRight(f.Description, ". \n")
	if l := strings.Join(marked(f.Node), ", "); l != "" {
		meaning = strings.TrimPrefix(meaning+"; "+l, "; ")
	}
	t.line(key, typeName(f.Node), absent, meaning)
	n := f.Node
	for ; n.Elem != nil; n = n.Elem {
		if n.Kind == spec.List {
			key += "[]"
		} else {
			key += ".*"
		}
	}
	if n.Object != nil {
		t.object(key+".", n.Object)
	}
}

// marked are the limits with what stands for itself set as code.
func marked(n *spec.Node) []string {
	parts := limits(n)
	for i, p := range parts {
		if pattern, ok := strings.CutPrefix(p, "matches "); ok {
			parts[i] = "matches " + code(pattern)
		}
		if values, ok := strings.CutPrefix(p, "one of "); ok {
			parts[i] = "one of " + code(strings.ReplaceAll(values, ", ", "`, `"))
		}
	}
	return parts
}

func (t *table) line(key, kind, absent, meaning string) {
	t.b.WriteString("| " + cell(code(key)) + " | " + kind + " | " + cell(absent) + " | " + cell(meaning) + " |\n")
}

// code sets text as code. Text with a backtick needs two around it.
func code(text string) string {
	if strings.Contains(text, "`") && !strings.Contains(text, "`, `") {
		return "`` " + text + " ``"
	}
	return "`" + text + "`"
}

// cell keeps text inside its cell.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\r", "", "\n", " ").Replace(text)
}
