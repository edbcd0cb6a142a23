package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/config/schema"
)

// The generated example is YAML that parser and schemas accept, also with its
// comments made keys.
func TestExamples(t *testing.T) {
	t.Run("every", func(t *testing.T) { tryExample[every](t) })
	t.Run("addressed", func(t *testing.T) { tryExample[addressed](t) })
	t.Run("limit", func(t *testing.T) { tryExample[limit](t) })
	t.Run("tree", func(t *testing.T) { tryExample[tree](t) })
	t.Run("nothing", func(t *testing.T) { tryExample[struct{}](t) })
}

func tryExample[T any](t *testing.T) {
	for _, rules := range []config.Rules{config.NoRules, config.WholeRules, config.OverrideRules} {
		s := describe[T](t, rules)
		text, err := s.Example()
		if err != nil {
			t.Fatal(err)
		}
		accept[T](t, s, string(text))
		accept[T](t, s, uncomment(string(text)))
	}
}

func accept[T any](t *testing.T, s *schema.Schema, text string) {
	t.Helper()
	json, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	if string(json) == "null" {
		json = []byte("{}")
	}
	if _, err := config.Parse[T](json); err != nil {
		t.Errorf("the parser: %v in\n%s", err, text)
	}
	if err := validate(t, compile(t, s.JSONSchema()), json); err != nil {
		t.Errorf("the JSON Schema: %v in\n%s", err, text)
	}
	if err := validate(t, compile(t, fromCRD(t, structural(t, s))), json); err != nil {
		t.Errorf("the CRD's schema: %v in\n%s", err, text)
	}
}

// uncomment makes keys of the comments that hold one.
func uncomment(text string) string {
	lines := strings.Split(strings.TrimPrefix(text, "# Configuration of tested.\n"), "\n")
	for again := true; again; {
		again = false
		for i, line := range lines {
			margin := line[:len(line)-len(strings.TrimLeft(line, " "))]
			rest, ok := strings.CutPrefix(line[len(margin):], "# ")
			trimmed := strings.TrimLeft(rest, " ")
			colon := strings.Index(trimmed, ":")
			isKey := colon > 0 && !strings.Contains(trimmed[:colon], " ")
			if ok && (isKey || strings.HasPrefix(trimmed, "-") || strings.HasPrefix(trimmed, "#")) {
				lines[i], again = margin+rest, true
			}
		}
	}
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], " {}") // of an object whose keys were comments
	}
	return strings.Join(lines, "\n")
}

// What plugins ship is what their schema accepts.
func TestShippedConfigurations(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "plugins", "mock-response", "config.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	json, err := yaml.YAMLToJSON(doc)
	if err != nil {
		t.Fatal(err)
	}
	type content struct {
		Content string `json:"content" required:"true" minLength:"1"`
	}
	s := describe[content](t, config.WholeRules)
	if err := validate(t, compile(t, s.JSONSchema()), json); err != nil {
		t.Error(err)
	}
}
