package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/sdk/config"

	"github.com/sluiceproxy/sluice/plugins/internal/edge"
	"github.com/sluiceproxy/sluice/plugins/internal/page"
)

// The README and spec.yaml say what the plugin does.
func TestReadme(t *testing.T) {
	page.Test[Config](t, page.Page{Name: "cors", Rules: config.WholeRules})
}

// Unusual requests of an origin that is allowed, and of one that is not.
func TestEdge(t *testing.T) {
	edge.Run(t, edge.Suite{
		Plugin:   plugintest.Plugin{Config: `{"allow_origins":["https://a.example"],"allow_methods":["*"]}`},
		Allowed:  func(r *plugintest.Request) { edge.Set(r, "origin", "https://a.example") },
		Refused:  func(r *plugintest.Request) { edge.Set(r, "origin", "https://b.example") },
		Statuses: []int{403},
	})
}
