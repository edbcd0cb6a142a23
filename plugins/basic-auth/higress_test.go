package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/higress"
)

// Configurations as they are written for Higress' plugin.
func TestHigressConfigurations(t *testing.T) {
	higress.AcceptsOverrides[Config](t, map[string]higress.Configuration{
		"by route":   {"consumers:\n- {credential: 'admin:123456', name: consumer1}\n- {credential: 'guest:abc', name: consumer2}\nglobal_auth: false", "allow: [consumer1]"},
		"everywhere": {"global_auth: true\nconsumers: [{credential: 'admin:123456', name: consumer1}]", ""},
		"not set":    {"consumers: [{credential: 'admin:123456', name: consumer1}]", "allow: [consumer1, gone]"},
	})
}
