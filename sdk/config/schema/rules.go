package schema

import (
	"slices"

	"github.com/sluiceproxy/sluice/sdk/config"
)

// Keys of the rules, as gateways know them.
var matchKeys = []string{"_match_route_", "_match_domain_", "_match_service_", "_match_route_prefix_", "_match_consumer_"}

// withRules adds the keys of the rules to a configuration's own. What is
// required is so only where there is something beside the rules.
func (w *draft) withRules(s *Schema, body object) object {
	required, _ := take(&body, "required").(list)
	rule := w.rule(s)
	then := object{{"minItems", 1}}
	if s.Rules == config.OverrideRules && len(required) > 0 {
		then.add("items", object{{"required", required}})
	}
	for i := range body {
		if body[i].key == "properties" {
			body[i].value = append(append(object{}, body[i].value.(object)...),
				member{"_plugin_id_", object{{"type", "string"}}},
				member{"_rules_", object{
					{"description", "Configurations for some requests. The first rule that matches wins."},
					{"type", "array"}, {"items", rule},
				}})
		}
	}
	body = append(body,
		member{"if", object{
			{"required", list{"_rules_"}},
			{"propertyNames", object{{"enum", list{"_rules_", "_plugin_id_"}}}},
		}},
		member{"then", object{{"properties", object{{"_rules_", then}}}}})
	if len(required) > 0 {
		body.add("else", object{{"required", required}})
	}
	return body
}

// rule describes an entry of _rules_.
func (w *draft) rule(s *Schema) object {
	out := w.object(s.root.Object, s.Rules == config.OverrideRules)
	names := object{{"type", list{"array", "string"}}, {"items", object{{"type", "string"}}}}
	var matches object
	var any list
	for _, key := range matchKeys {
		matches.add(key, names)
		any = append(any, object{{"required", list{key}}})
	}
	for i := range out {
		if out[i].key == "properties" {
			out[i].value = slices.Concat(matches, out[i].value.(object))
		}
	}
	out.add("anyOf", any)
	return out
}

// take removes a member and returns its value, nil if it isn't there.
func take(o *object, key string) any {
	for i, m := range *o {
		if m.key == key {
			*o = append(append(object{}, (*o)[:i]...), (*o)[i+1:]...)
			return m.value
		}
	}
	return nil
}
