package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/higress"
)

// Configurations as they are written for Higress' plugin.
func TestHigressConfigurations(t *testing.T) {
	higress.Accepts[Config](t, map[string]higress.Configuration{
		"connection": {"ip_source_type: origin-source\nallow: [10.0.0.1, 192.168.0.0/16]", "deny: [10.0.0.1]"},
		"header":     {"ip_source_type: header\nip_header_name: x-real-iP\ndeny: [10.0.0.1, 192.169.0.0/16]\nstatus: 404\nmessage: gone", ""},
		"empty list": {"allow: []\ndeny: [10.0.0.1, 10.0.0.1]\nmessage: ''", ""},
	})
}
