package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/higress"
)

// Configurations as they are written for Higress' plugin.
func TestHigressConfigurations(t *testing.T) {
	higress.AcceptsOverrides[Config](t, map[string]higress.Configuration{
		"without places": {"global_auth: false\nkeys: [apikey, x-api-key]\nconsumers:\n- {credential: 2bda943c, name: consumer1}\n- {credential: c8c8e9ca, name: consumer2}", "allow: [consumer1]"},
		"everywhere":     {"global_auth: true\nkeys: [apikey]\nin_query: true\nconsumers: [{credential: a, name: b}]", ""},
		"with a place":   {"keys: [x-api-key, token]\nin_query: true\nin_header: false\nconsumers: [{name: consumer1, credential: token1}]", "allow: [consumer1, gone]"},
		"several":        {"keys: [apikey]\nin_header: true\nconsumers: [{name: a, credentials: [k1, k2], keys: [x-token], in_query: false, in_header: true}]", ""},
		"numbers":        {"keys: [apikey]\nconsumers: [{name: 17, credential: 102234}]", "allow: [17]"},
	})
}
