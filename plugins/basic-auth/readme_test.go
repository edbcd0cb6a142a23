package main

import (
	"encoding/base64"
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/edge"
	"github.com/sluiceproxy/sluice/plugins/internal/page"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/cases"
	"github.com/sluiceproxy/sluice/sdk/config"
)

func TestReadme(t *testing.T) {
	page.Test[Config](t, page.Page{Name: "basic-auth", Rules: config.OverrideRules})
}

// The cases of cases.yaml.
func TestCases(t *testing.T) { cases.Test(t) }

func basic(credential string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(credential))
}

func TestEdge(t *testing.T) {
	edge.Run(t, edge.Suite{
		Plugin: plugintest.Plugin{Config: `{"consumers":[{"name":"c1","credential":"u:p"},{"name":"c2","credential":"v:q"}],"hide_credentials":true,
			"_rules_":[{"_match_domain_":["*"],"allow":["c1"]}]}`},
		Allowed: func(r *plugintest.Request) { edge.Set(r, "authorization", basic("u:p")) },
		Refused: func(r *plugintest.Request) { edge.Set(r, "authorization", basic("v:q")) },
		Trusted: map[string]string{"x-mse-consumer": "c1", "authorization": ""},
	})
	edge.Run(t, edge.Suite{
		Plugin:  plugintest.Plugin{Config: `{"consumers":[{"name":"c1","credential":"u:p"}]}`},
		Allowed: func(r *plugintest.Request) { edge.Set(r, "authorization", basic("u:p")) },
		Refused: func(r *plugintest.Request) { edge.Set(r, "authorization", basic("u:p")[:9]) },
		Trusted: map[string]string{"x-mse-consumer": "c1"},
	})
}
