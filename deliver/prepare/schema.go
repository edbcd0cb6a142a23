package prepare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sluiceproxy/sluice/build/oci/confschema"
)

// The keys of a configuration that are about rules and not the plugin's own.
const (
	rulesKey    = "_rules_"
	matchPrefix = "_match_"
	modePrefix  = "_rule_"
)

// schemaResult is what a schema says of a configuration.
type schemaResult struct {
	problems []Problem
	secrets  []string // values that no message may show
	warning  string   // why the schema wasn't asked
}

func (r *schemaResult) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	return &ConfigError{By: bySchema, Problems: r.problems}
}

// checkSchema compares a configuration with a schema, which describes what the
// global part or one rule may hold.
func checkSchema(schema confschema.Schema, config []byte) (r schemaResult) {
	if len(schema) == 0 {
		return r
	}
	v, err := newValidator(schema)
	if err != nil {
		r.warning = fmt.Sprintf("the schema in the image says nothing that can be checked: %v", err)
		return r
	}
	global, rules, problem := split(config)
	if problem != nil {
		r.problems = append(r.problems, *problem)
		return r
	}
	if rules == nil || len(global) > 0 {
		v.check("", global, nil)
	}
	for i, rule := range rules {
		path := fmt.Sprintf("%s[%d]", rulesKey, i)
		object, ok := rule.(map[string]any)
		if !ok {
			v.problems = append(v.problems, Problem{Path: path, Reason: "want an object"})
			continue
		}
		v.check(path, own(object), global)
	}
	r.problems, r.secrets = v.problems, v.secrets
	return r
}

// split reads a configuration, and takes the rules out of it.
func split(config []byte) (global map[string]any, rules []any, problem *Problem) {
	if len(bytes.TrimSpace(config)) == 0 {
		return map[string]any{}, nil, nil
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(config))
	if err != nil {
		return nil, nil, &Problem{Reason: "no JSON: " + jsonFault(config)}
	}
	object, ok := parsed.(map[string]any)
	if !ok {
		return nil, nil, &Problem{Reason: "want an object"}
	}
	if list, ok := object[rulesKey]; ok {
		if rules, ok = list.([]any); !ok {
			return nil, nil, &Problem{Path: rulesKey, Reason: "want a list of rules"}
		}
		if rules == nil {
			rules = []any{}
		}
		delete(object, rulesKey)
	}
	return own(object), rules, nil
}

// jsonFault says where text stops to be JSON, without showing any of it.
func jsonFault(text []byte) string {
	var v any
	err := json.Unmarshal(text, &v)
	if at, ok := err.(*json.SyntaxError); ok { //nolint:errorlint // it comes as it is
		return fmt.Sprintf("after byte %d: %v", at.Offset, at)
	}
	return "it ends too late"
}

// own are the keys of a rule that are the plugin's.
func own(rule map[string]any) map[string]any {
	mine := map[string]any{}
	for key, value := range rule {
		if !strings.HasPrefix(key, matchPrefix) && !strings.HasPrefix(key, modePrefix) {
			mine[key] = value
		}
	}
	return mine
}
