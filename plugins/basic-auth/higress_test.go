package main

import (
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/sdk/config"
)

// Configurations as they are written for Higress' plugin, with the rules that its
// console and its WasmPlugin resources make of them.
func TestHigressConfigurations(t *testing.T) {
	for name, c := range map[string]struct{ global, rule string }{
		"by route":   {"consumers:\n- {credential: 'admin:123456', name: consumer1}\n- {credential: 'guest:abc', name: consumer2}\nglobal_auth: false", "allow: [consumer1]"},
		"everywhere": {"global_auth: true\nconsumers: [{credential: 'admin:123456', name: consumer1}]", ""},
		"not set":    {"consumers: [{credential: 'admin:123456', name: consumer1}]", "allow: [consumer1, gone]"},
	} {
		t.Run(name, func(t *testing.T) {
			global, err := yaml.YAMLToJSON([]byte(c.global))
			if err != nil {
				t.Fatal(err)
			}
			g, err := config.Parse[Config](global)
			if err != nil {
				t.Fatal(err)
			}
			if c.rule == "" {
				return
			}
			rule, err := yaml.YAMLToJSON([]byte(c.rule))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := config.Override(g, rule); err != nil {
				t.Error(err)
			}
		})
	}
}
