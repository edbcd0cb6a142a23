package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/page"
	"github.com/sluiceproxy/sluice/sdk/config"
)

// The rows under Usage.
func TestReadme(t *testing.T) {
	t.Setenv("SLUICE_ENGINES", crsEngines(t))
	page.Test[Config](t, page.Page{Name: "waf", Rules: config.WholeRules})
}
