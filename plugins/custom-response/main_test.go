package main

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/plugins/internal/edge"
	"github.com/sluiceproxy/sluice/plugins/internal/loose"
	"github.com/sluiceproxy/sluice/plugins/internal/page"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/cases"
	"github.com/sluiceproxy/sluice/sdk/config"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

func TestReadme(t *testing.T) {
	page.Test[Config](t, page.Page{Name: "custom-response", Rules: config.WholeRules})
}

// The cases of cases.yaml.
func TestCases(t *testing.T) { cases.Test(t) }

func TestEdge(t *testing.T) {
	edge.Run(t, edge.Suite{ // in place of upstream
		Plugin:   plugintest.Plugin{Config: `{"status_code":403,"body":"{}"}`},
		Refused:  func(*plugintest.Request) {},
		Statuses: []int{403},
	})
	edge.Run(t, edge.Suite{ // in place of other statuses
		Plugin:  plugintest.Plugin{Config: `{"status_code":404,"enable_on_status":["299"]}`},
		Allowed: func(*plugintest.Request) {},
	})
}

// The patterns that Higress' documentation has, and those that it refuses.
func TestPatterns(t *testing.T) {
	c := &Config{}
	for i, p := range []string{"x01", "2x3", "45x", "6xx", "x7x", "xx8"} {
		if err := c.add(Answer{OnStatus: []loose.Text{loose.Text(p)}, Body: loose.Value("b" + p)}); err != nil {
			t.Fatal(i, err)
		}
	}
	for status, want := range map[string]string{
		"101": "x01", "201": "x01", "111": "", "203": "2x3", "213": "2x3", "450": "45x", "451": "45x", "600": "6xx", "171": "x7x", "161": "",
		"228": "xx8", "229": "", "123": "", "12": "", "1234": "", "": "",
	} {
		got := ""
		if c.exact == nil {
			c.exact = map[string]*reply{}
		}
		if r := c.find(status); r != nil {
			got = strings.TrimPrefix(string(r.body), "b")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", status, got, want)
		}
	}
	for _, p := range []string{"xxx", "xYx", "x1", "x123", "", "20", "2000", "-10", "2.0"} {
		if got, err := pattern(p); err == nil {
			t.Errorf("%q: %q", p, got)
		}
	}
}

func BenchmarkRequest(b *testing.B) {
	request := [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}, {":scheme", "http"}}
	for name, config := range map[string]string{
		"mock":   `{"body":"hello"}`,
		"status": `{"enable_on_status":["404","5xx"],"body":"hello"}`,
	} {
		b.Run(name, func(b *testing.B) {
			h := native.New(b, native.Options{Config: []byte(config)})
			b.ReportAllocs()
			for b.Loop() {
				ex := h.Request(request)
				if ex.Reply == nil {
					ex.Respond([][2]string{{":status", "200"}})
				}
				ex.End()
			}
		})
	}
}
