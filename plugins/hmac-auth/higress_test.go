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
		"x-ca":    {"global_auth: false\ndate_offset: 60\nconsumers:\n- {key: appKey-1, secret: appSecret-1, name: consumer-1}\n- {key: appKey-2, secret: appSecret-2, name: consumer-2}", "allow: [consumer-1]"},
		"apisix":  {"global_auth: true\nconsumers: [{name: consumer1, access_key: consumer1-key, secret_key: 2bda943c}]\nallowed_algorithms: [hmac-sha256]\nclock_skew: 100\nsigned_headers: [x-custom-header-a]\nvalidate_request_body: true\nhide_credentials: true\nanonymous_consumer: anonymous", "allow: [consumer1]"},
		"name":    {"consumers: [{access_key: consumer1-key, secret_key: 2bda943c}]\nclock_skew: 0", "allow: [consumer1-key]"},
		"numbers": {"consumers: [{key: 203753385, secret: 17, name: 5}]", "allow: [5]"},
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
