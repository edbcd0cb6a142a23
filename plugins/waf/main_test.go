package main

import (
	"os"
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/edge"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/cases"
)

// The cases of cases.yaml.
func TestCases(t *testing.T) { cases.Test(t) }

func TestEdge(t *testing.T) {
	edge.Run(t, edge.Suite{
		Plugin:    plugintest.Plugin{Config: `{"secRules":["SecRule REQUEST_HEADERS:x-forbidden \"@streq 1\" \"id:1,phase:2,deny\""]}`},
		Allowed:   func(*plugintest.Request) {},
		Refused:   func(r *plugintest.Request) { edge.Set(r, "x-forbidden", "1") },
		Statuses:  []int{403},
		ReadsBody: true,
	})
}

// crsEngines are those that the core rule set's tests run on: an interpreter takes
// longer for it than a callback may.
func crsEngines(t *testing.T) string {
	t.Helper()
	if set := os.Getenv("SLUICE_ENGINES"); set != "" {
		return set
	}
	if os.Getenv("SLUICE_STRICT") == "1" {
		return "native,envoy"
	}
	return "native"
}
