package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/higress"
)

// Configurations as they are written for Higress' plugin.
func TestHigressConfigurations(t *testing.T) {
	higress.AcceptsOverrides[Config](t, map[string]higress.Configuration{
		"x-ca":    {"global_auth: false\ndate_offset: 60\nconsumers:\n- {key: appKey-1, secret: appSecret-1, name: consumer-1}\n- {key: appKey-2, secret: appSecret-2, name: consumer-2}", "allow: [consumer-1]"},
		"apisix":  {"global_auth: true\nconsumers: [{name: consumer1, access_key: consumer1-key, secret_key: 2bda943c}]\nallowed_algorithms: [hmac-sha256]\nclock_skew: 100\nsigned_headers: [x-custom-header-a]\nvalidate_request_body: true\nhide_credentials: true\nanonymous_consumer: anonymous", "allow: [consumer1]"},
		"name":    {"consumers: [{access_key: consumer1-key, secret_key: 2bda943c}]\nclock_skew: 0", "allow: [consumer1-key]"},
		"numbers": {"consumers: [{key: 203753385, secret: 17, name: 5}]", "allow: [5]"},
	})
}
