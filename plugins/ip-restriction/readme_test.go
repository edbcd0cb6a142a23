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
	page.Test[Config](t, page.Page{Name: "ip-restriction", Rules: config.WholeRules})
}

// The cases of cases.yaml.
func TestCases(t *testing.T) { cases.Test(t) }

func TestEdge(t *testing.T) {
	edge.Run(t, edge.Suite{
		Plugin:  plugintest.Plugin{Config: `{"ip_source_type":"header","ip_header_name":"x-real-ip","allow":["10.0.0.0/8"]}`},
		Allowed: func(r *plugintest.Request) { edge.Set(r, "x-real-ip", "10.1.2.3") },
		Refused: func(r *plugintest.Request) { edge.Set(r, "x-real-ip", "11.1.2.3") },
	})
	edge.Run(t, edge.Suite{
		Plugin:  plugintest.Plugin{Config: `{"allow":["10.0.0.0/8"]}`},
		Refused: func(r *plugintest.Request) { edge.Set(r, "x-forwarded-for", "10.1.2.3") },
	})
}
