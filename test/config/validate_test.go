package config

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/sdk/config/schema"
)

// compile makes a validator of a JSON Schema, which must itself be valid.
func compile(t *testing.T, doc []byte) *jsonschema.Schema {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		t.Fatalf("%v in\n%s", err, doc)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", value); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatalf("%v in\n%s", err, doc)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, text []byte) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return s.Validate(value)
}

// structural is the CRD schema as a tree.
func structural(t *testing.T, s *schema.Schema) map[string]any {
	t.Helper()
	var doc map[string]map[string]any
	if err := yaml.Unmarshal(s.CRD(), &doc); err != nil {
		t.Fatalf("%v in\n%s", err, s.CRD())
	}
	return doc["openAPIV3Schema"]
}

// fromCRD turns a structural schema into the JSON Schema that says the same.
func fromCRD(t *testing.T, node map[string]any) []byte {
	t.Helper()
	doc, err := json.Marshal(translate(node))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func translate(node map[string]any) map[string]any {
	out := map[string]any{}
	for key, value := range node {
		switch v := value.(type) {
		case map[string]any:
			switch key {
			case "items", "additionalProperties":
				value = translate(v)
			case "properties":
				all := map[string]any{}
				for name, p := range v {
					all[name] = translate(p.(map[string]any))
				}
				value = all
			}
		}
		out[key] = value
	}
	for inclusive, exclusive := range map[string]string{"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"} {
		if out[exclusive] == true {
			out[exclusive] = out[inclusive]
			delete(out, inclusive)
		}
	}
	if out["x-kubernetes-int-or-string"] == true {
		out["type"] = []any{"integer", "string"}
	}
	if out["nullable"] == true && out["type"] != nil {
		delete(out, "nullable")
		return map[string]any{"anyOf": []any{out, map[string]any{"type": "null"}}}
	}
	return out
}
