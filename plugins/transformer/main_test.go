package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/edge"
	"github.com/sluiceproxy/sluice/plugins/internal/page"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/cases"
	"github.com/sluiceproxy/sluice/sdk/config"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

func TestReadme(t *testing.T) {
	page.Test[Config](t, page.Page{Name: "transformer", Rules: config.WholeRules})
}

// The cases of cases.yaml.
func TestCases(t *testing.T) { cases.Test(t) }

func TestEdge(t *testing.T) {
	edge.Run(t, edge.Suite{
		Plugin: plugintest.Plugin{Config: `{"reqRules":[{"operate":"map","mapSource":"body","headers":[{"fromKey":"a","toKey":"x-a"}]},
			{"operate":"replace","querys":[{"key":"absent","newValue":"1"}],"headers":[{"key":"x-b","newValue":"b"}]},{"operate":"remove","querys":[{"key":"absent"}]}],
			"respRules":[{"operate":"remove","body":[{"key":"a"}],"headers":[{"key":"x-internal"}]}]}`},
		Allowed:   func(*plugintest.Request) {},
		ReadsBody: true,
		Changes:   []string{"empty query"}, // a parameter comes and goes
		Trusted:   map[string]string{"x-b": "b"},
	})
}

func BenchmarkRequest(b *testing.B) {
	headers := [][2]string{{":method", "POST"}, {":path", "/a?b=c"}, {":authority", "a.test"}, {":scheme", "http"}, {"content-type", "application/json"}}
	for name, config := range map[string]string{
		"headers": `{"reqRules":[{"operate":"remove","headers":[{"key":"x-a"}]},{"operate":"add","headers":[{"key":"x-b","value":"1"}]}]}`,
		"body":    `{"reqRules":[{"operate":"replace","body":[{"key":"a.b","newValue":"1"}]}]}`,
	} {
		b.Run(name, func(b *testing.B) {
			h := native.New(b, native.Options{Config: []byte(config)})
			b.ReportAllocs()
			for b.Loop() {
				h.Request(headers, []byte(`{"a":{"b":"text","c":[1,2,3]},"d":"some more text"}`)).End()
			}
		})
	}
}
