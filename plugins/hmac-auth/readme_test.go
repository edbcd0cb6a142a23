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
	page.Test[Config](t, page.Page{Name: "hmac-auth", Rules: config.OverrideRules})
}

// The cases of cases.yaml.
func TestCases(t *testing.T) { cases.Test(t) }

func TestEdge(t *testing.T) {
	edge.Run(t, edge.Suite{
		Plugin:   plugintest.Plugin{Config: `{"consumers":[{"name":"c1","key":"k1","secret":"s1"}],"date_offset":900,"validate_request_body":true}`},
		Allowed:  func(r *plugintest.Request) { signCA(r, "k1", "s1") },
		Refused:  func(r *plugintest.Request) { signCA(r, "k1", "s2") },
		Statuses: []int{400, 401},
		Trusted:  map[string]string{"x-mse-consumer": "c1"}, ReadsBody: true,
	})
	edge.Run(t, edge.Suite{
		Plugin:  plugintest.Plugin{Config: `{"consumers":[{"access_key":"k1","secret_key":"s1"}],"validate_request_body":true,"signed_headers":["@request-target","date","digest"]}`},
		Allowed: func(r *plugintest.Request) { signAPISIX(r, "k1", "s1") },
		Refused: func(r *plugintest.Request) { signAPISIX(r, "k1", "s1"); r.Path += "x" },
		Trusted: map[string]string{"x-mse-consumer": "k1"}, ReadsBody: true,
		Skip: map[string]string{"absolute form": "the client signs another target than the gateway sees"},
	})
}
