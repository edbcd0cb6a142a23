package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/edge"
	"github.com/sluiceproxy/sluice/plugins/internal/page"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/cases"
	"github.com/sluiceproxy/sluice/sdk/config"
)

func TestReadme(t *testing.T) {
	page.Test[Config](t, page.Page{Name: "key-auth", Rules: config.OverrideRules})
}

// The cases of cases.yaml.
func TestCases(t *testing.T) { cases.Test(t) }

func TestEdge(t *testing.T) {
	edge.Run(t, edge.Suite{
		Plugin: plugintest.Plugin{Config: `{"keys":["x-api-key"],"in_query":true,"in_header":true,"consumers":[{"name":"c1","credential":"k1"},{"name":"c2","credential":"k2"}],
			"_rules_":[{"_match_domain_":["*"],"allow":["c1"]}]}`},
		Allowed: func(r *plugintest.Request) { edge.Set(r, "x-api-key", "k1") },
		Refused: func(r *plugintest.Request) { edge.Set(r, "x-api-key", "k2") },
		Trusted: map[string]string{"x-mse-consumer": "c1"},
	})
	edge.Run(t, edge.Suite{ // without a key
		Plugin:  plugintest.Plugin{Config: `{"keys":["x-api-key"],"consumers":[{"name":"c1","credential":"k1"}],"hide_credentials":true}`},
		Allowed: func(r *plugintest.Request) { edge.Set(r, "x-api-key", "k1") },
		Refused: func(*plugintest.Request) {},
		Trusted: map[string]string{"x-mse-consumer": "c1", "x-api-key": ""},
	})
}
