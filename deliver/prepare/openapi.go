package prepare

// maxDepth bounds how deep a schema is looked into.
const maxDepth = 64

// standard makes a schema as OpenAPI 3.0 and Kubernetes write it one of JSON Schema.
func standard(schema any) any { return standardAt(schema, 0) }

func standardAt(schema any, depth int) any {
	s, ok := schema.(map[string]any)
	if !ok || depth > maxDepth {
		return schema // true and false are schemas too
	}
	out := map[string]any{}
	for key, value := range s {
		switch key {
		case "properties", "patternProperties", "$defs", "definitions":
			out[key] = eachValue(value, depth)
		case "items", "additionalProperties", "not", "propertyNames", "contains", "if", "then", "else":
			out[key] = standardAt(value, depth+1)
		case "allOf", "anyOf", "oneOf", "prefixItems":
			out[key] = eachItem(value, depth)
		case "nullable", "example", "discriminator", "xml", "externalDocs":
		default:
			out[key] = value
		}
	}
	exclusive(out, "minimum", "exclusiveMinimum")
	exclusive(out, "maximum", "exclusiveMaximum")
	if s["x-kubernetes-int-or-string"] == true {
		out["type"] = []any{"integer", "string"}
	}
	if s["nullable"] == true {
		orNull(out)
	}
	return out
}

func eachValue(value any, depth int) any {
	object, ok := value.(map[string]any)
	if !ok {
		return value
	}
	out := map[string]any{}
	for name, schema := range object {
		out[name] = standardAt(schema, depth+1)
	}
	return out
}

func eachItem(value any, depth int) any {
	list, ok := value.([]any)
	if !ok {
		return value
	}
	out := make([]any, len(list))
	for i, schema := range list {
		out[i] = standardAt(schema, depth+1)
	}
	return out
}

// exclusive makes a flag beside a bound the bound.
func exclusive(s map[string]any, bound, flag string) {
	switch s[flag] {
	case true:
		s[flag] = s[bound]
		delete(s, bound)
		if s[flag] == nil {
			delete(s, flag)
		}
	case false:
		delete(s, flag)
	}
}

// orNull lets a schema take null.
func orNull(s map[string]any) {
	switch t := s["type"].(type) {
	case string:
		s["type"] = []any{t, "null"}
	case []any:
		s["type"] = append(append([]any{}, t...), "null")
	}
	if list, ok := s["enum"].([]any); ok {
		s["enum"] = append(append([]any{}, list...), nil)
	}
}
