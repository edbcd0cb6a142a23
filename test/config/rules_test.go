package config

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// The JSON Schema is for the whole configuration: with rules, the plugin starts
// where it is satisfied, and only there.
func TestRulesInTheSchema(t *testing.T) {
	for _, c := range []struct {
		text            string
		whole, override bool
	}{
		{`{"count":1}`, true, true},
		{`{}`, false, false},
		{`{"_plugin_id_":"x"}`, false, false},
		{`{"_plugin_id_":"x","count":1}`, true, true},
		{`{"_rules_":[]}`, false, false},
		{`{"count":1,"_rules_":[]}`, true, true},
		{`{"_rules_":[{"_match_route_":["a"],"count":1}]}`, true, true},
		{`{"_plugin_id_":"x","_rules_":[{"_match_route_":["a"],"count":1}]}`, true, true},
		{`{"_rules_":[{"_match_route_":"a","count":1}]}`, true, true},
		{`{"_rules_":[{"_match_domain_":["a"],"_match_consumer_":["b"],"count":1}]}`, true, true},
		{`{"_rules_":[{"_match_service_":["a"],"count":1},{"_match_route_prefix_":["a"],"count":2}]}`, true, true},
		{`{"_rules_":[{"_match_route_":["a"]}]}`, false, false},
		{`{"_rules_":[{"count":1}]}`, false, false},
		{`{"count":1,"_rules_":[{"_match_route_":["a"]}]}`, false, true},
		{`{"count":1,"_rules_":[{"_match_route_":["a"],"per":"h"}]}`, false, true},
		{`{"per":"h","_rules_":[{"_match_route_":["a"],"count":1}]}`, false, false},
		{`{"count":1,"_rules_":[{"_match_route_":["a"],"count":0}]}`, false, false},
		{`{"count":1,"_rules_":[{"_match_route_":["a"],"count":1,"cuont":1}]}`, false, false},
		{`{"count":1,"_rules_":[{"_match_route_":[{}],"count":1}]}`, false, false},
		{`{"count":1,"_rules_":["a"]}`, false, false},
		{`{"count":1,"_rule_":[]}`, false, false},
	} {
		for _, o := range []struct {
			rules  config.Rules
			option wrapper.CtxOption[limit]
			want   bool
		}{
			{config.WholeRules, wrapper.ParseTypedConfig[limit](), c.whole},
			{config.OverrideRules, wrapper.ParseTypedOverrideConfig[limit](), c.override},
		} {
			proxywasm.SetVMContext(wrapper.NewCommonVmCtx("tested", o.option))
			if _, err := plugintest.Start(t, plugintest.Options{Config: []byte(c.text)}); (err == nil) != o.want {
				t.Errorf("%s, rules %d: the plugin says %v", c.text, o.rules, err)
			}
			s := compile(t, describe[limit](t, o.rules).JSONSchema())
			if err := validate(t, s, []byte(c.text)); (err == nil) != o.want {
				t.Errorf("%s, rules %d: the schema says %v", c.text, o.rules, err)
			}
		}
	}
}

// Kubernetes takes a schema only if it is structural.
func TestStructural(t *testing.T) {
	for _, node := range []map[string]any{
		structural(t, describe[every](t, config.NoRules)), structural(t, describe[addressed](t, config.WholeRules)),
		structural(t, describe[tree](t, config.OverrideRules)), structural(t, describe[struct{}](t, config.NoRules)),
	} {
		if node["type"] != "object" {
			t.Errorf("the root is %v", node)
		}
		checkStructural(t, "", node)
	}
	for name, bad := range map[string]map[string]any{
		"no type":         {"minLength": 1.0},
		"reference":       {"$ref": "#/x", "type": "object"},
		"both kinds":      {"type": "object", "properties": map[string]any{}, "additionalProperties": map[string]any{"type": "string"}},
		"closed":          {"type": "object", "additionalProperties": false},
		"list of types":   {"type": []any{"string", "null"}},
		"inside":          {"type": "object", "properties": map[string]any{"a": map[string]any{}}},
		"no items":        {"type": "array"},
		"unknown word":    {"type": "string", "writeOnly": true},
		"exclusive":       {"type": "integer", "exclusiveMinimum": 1.0},
		"type and either": {"type": "string", "x-kubernetes-int-or-string": true},
	} {
		if len(findings(name, bad)) == 0 {
			t.Errorf("%s: nothing is found in %v", name, bad)
		}
	}
}

func checkStructural(t *testing.T, path string, node map[string]any) {
	t.Helper()
	for _, f := range findings(path, node) {
		t.Error(f)
	}
}

// words are those that Kubernetes knows, of the ones that we may need.
const words = " type description format default example nullable required properties additionalProperties items enum pattern" +
	" minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength minItems maxItems minProperties maxProperties" +
	" x-kubernetes-preserve-unknown-fields x-kubernetes-int-or-string "

// findings are breaches of the rules for structural schemas.
func findings(path string, node map[string]any) (found []string) {
	say := func(what string) { found = append(found, path+": "+what) }
	for key, value := range node {
		if !strings.Contains(words, " "+key+" ") {
			say("the word " + key)
		}
		if _, flag := value.(bool); strings.HasPrefix(key, "exclusive") && !flag {
			say(key + " is no flag")
		}
	}
	kind, isText := node["type"].(string)
	either := node["x-kubernetes-int-or-string"] == true
	open := node["x-kubernetes-preserve-unknown-fields"] == true
	if !isText && (node["type"] != nil || !either && !open) || isText && either {
		say("no type, or two")
	}
	additional, hasAdditional := node["additionalProperties"]
	properties, _ := node["properties"].(map[string]any)
	if _, both := node["properties"]; both && hasAdditional {
		say("properties and additionalProperties")
	}
	if hasAdditional {
		sub, ok := additional.(map[string]any)
		if !ok {
			say("additionalProperties is no schema")
		}
		found = append(found, findings(path+".*", sub)...)
	}
	for name, p := range properties {
		found = append(found, findings(path+"."+name, p.(map[string]any))...)
	}
	if items, ok := node["items"].(map[string]any); ok {
		found = append(found, findings(path+"[]", items)...)
	} else if kind == "array" {
		say("a list without items")
	}
	return found
}
