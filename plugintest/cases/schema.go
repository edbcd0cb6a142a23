package cases

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
)

// Schema is the JSON Schema (draft 2020-12) of a file of cases. It is made of
// the types that files are read into.
func Schema() ([]byte, error) {
	s := schemaOf(typeOf[File]())
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "Test cases of a plugin, for sluice test"
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(s)
	return b.Bytes(), err
}

// schemaOf is the schema of a type.
func schemaOf(t reflect.Type) map[string]any {
	if t.Kind() == reflect.Pointer {
		return schemaOf(t.Elem())
	}
	if c, ok := reflect.New(t).Interface().(custom); ok {
		return c.schema()
	}
	if w, ok := reflect.Zero(t).Interface().(words); ok {
		return map[string]any{"enum": w.words()}
	}
	switch t.Kind() {
	case reflect.Struct:
		return objectSchema(t)
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem())}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.String:
		return map[string]any{"type": []any{"string", "number", "boolean"}}
	default:
		return map[string]any{"type": "integer"}
	}
}

func objectSchema(t reflect.Type) map[string]any {
	properties := map[string]any{}
	var required []string
	for _, f := range fieldsOf(t) {
		p := schemaOf(f.typ)
		p["description"] = f.doc
		if f.min != "" {
			p["minimum"], _ = strconv.Atoi(f.min)
			p["maximum"], _ = strconv.Atoi(f.max)
		}
		properties[f.name] = p
		if f.required {
			required = append(required, f.name)
		}
	}
	s := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if required != nil {
		s["required"] = required
	}
	return s
}
