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
		"connection": {"ip_source_type: origin-source\nallow: [10.0.0.1, 192.168.0.0/16]", "deny: [10.0.0.1]"},
		"header":     {"ip_source_type: header\nip_header_name: x-real-iP\ndeny: [10.0.0.1, 192.169.0.0/16]\nstatus: 404\nmessage: gone", ""},
		"empty list": {"allow: []\ndeny: [10.0.0.1, 10.0.0.1]\nmessage: ''", ""},
	} {
		t.Run(name, func(t *testing.T) {
			global, err := yaml.YAMLToJSON([]byte(c.global))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := config.Parse[Config](global); err != nil {
				t.Fatal(err)
			}
			if c.rule == "" {
				return
			}
			rule, err := yaml.YAMLToJSON([]byte(c.rule))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := config.Parse[Config](rule); err != nil {
				t.Error(err)
			}
		})
	}
}
