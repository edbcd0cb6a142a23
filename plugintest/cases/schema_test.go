package cases

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"
)

var updateSchema = flag.Bool("update", false, "write docs/cases.schema.json")

const schemaFile = "../../docs/cases.schema.json"

// The schema in the documentation is that of the types.
func TestSchemaFile(t *testing.T) {
	schema, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *updateSchema {
		if err := os.WriteFile(schemaFile, schema, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(schemaFile); err != nil || !bytes.Equal(have, schema) {
		t.Errorf("%s is not the schema (%v); -update writes it", schemaFile, err)
	}
}

// What the reader takes the schema takes, and what one refuses as an unknown key
// the other does.
func TestSchemaAgreesWithReader(t *testing.T) {
	b, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("cases.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("cases.json")
	if err != nil {
		t.Fatal(err)
	}
	check := func(text []byte) error {
		j, err := yaml.YAMLToJSON(text)
		if err != nil {
			return err
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(j))
		if err != nil {
			return err
		}
		return schema.Validate(v)
	}
	files, err := filepath.Glob("../../plugins/*/cases.yaml")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := check(text); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if !strings.HasPrefix(string(text), "# yaml-language-server: $schema=../../docs/cases.schema.json\n") {
			t.Errorf("%s does not name its schema", path)
		}
	}
	if err := check([]byte(whole)); err != nil {
		t.Error(err)
	}
	for _, text := range []string{
		"case: []", "{}", "cases: [{name: a, requst: {}}]", "cases: [{request: {}}]", "cases: [{name: a, engines: [v8]}]",
		"cases: [{name: a, client: {status: 99}}]", "cases: [{name: a, upstream: nothing}]", "cases: [{name: a, client: {body: {regexp: x}}}]",
	} {
		if check([]byte(text)) == nil {
			t.Errorf("the schema takes %s", text)
		}
		if _, err := Parse("f.yaml", []byte(text)); err == nil {
			t.Errorf("the reader takes %s", text)
		}
	}
}
