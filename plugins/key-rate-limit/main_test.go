package main

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/plugins/internal/edge"
	"github.com/sluiceproxy/sluice/plugins/internal/limit"
	"github.com/sluiceproxy/sluice/plugins/internal/limitby"
	"github.com/sluiceproxy/sluice/plugins/internal/page"
	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/plugintest/cases"
	"github.com/sluiceproxy/sluice/sdk/config"
	native "github.com/sluiceproxy/sluice/sdk/plugintest"
)

func TestReadme(t *testing.T) {
	page.Test[Config](t, page.Page{Name: "key-rate-limit", Rules: config.WholeRules, Around: plugintest.Plugin{Name: "readme"}})
}

// The cases of cases.yaml.
func TestCases(t *testing.T) { cases.Test(t) }

func TestEdge(t *testing.T) {
	edge.Run(t, edge.Suite{
		Plugin: plugintest.Plugin{Name: "edge", Config: `{"limit_by_header":"x-key","limit_keys":[{"key":"few","query_per_day":1},{"key":"many","query_per_day":1000}]}`},
		Before: func(gw *plugintest.Gateway) {
			gw.Get("/", [2]string{"x-key", "few"}).WantStatus(200)
		},
		Allowed:  func(r *plugintest.Request) { edge.Set(r, "x-key", "many") },
		Refused:  func(r *plugintest.Request) { edge.Set(r, "x-key", "few") },
		Statuses: []int{429},
	})
}

// A new configuration goes on with the counters of the one before, unless it is
// about another window.
func TestConfigurationChanges(t *testing.T) {
	config := func(count int, window string) string {
		return fmt.Sprintf(`{"limit_by_header":"x-key","limit_keys":[{"key":"a","query_per_%s":%d}],"algorithm":"fixed_window"}`, window, count)
	}
	plugintest.Run(t, plugintest.Plugin{Name: "changes", Config: config(2, "day")}, func(t *testing.T, gw *plugintest.Gateway) {
		key := [2]string{"x-key", "a"}
		gw.Get("/", key).WantStatus(200)
		gw.Get("/", key).WantStatus(200)
		gw.Get("/", key).WantStatus(429)
		for _, c := range []struct {
			config       string
			first, again int
		}{{config(3, "day"), 200, 429}, {config(1, "hour"), 200, 429}, {config(1, "day"), 429, 429}} {
			if err := gw.Configure(c.config); err != nil {
				t.Fatal(err)
			}
			gw.Get("/", key).WantStatus(c.first)
			gw.Get("/", key).WantStatus(c.again)
		}
	})
}

// A request with more values than are counted does not pass.
func TestTooManyValues(t *testing.T) {
	h := native.New(t, native.Options{Config: []byte(`{"limit_by_per_header":"x-key","limit_keys":[{"key":"*","query_per_day":1000}]}`)})
	r := [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}, {":scheme", "http"}}
	for i := range limitby.MaxValues + 1 {
		r = append(r, [2]string{"x-key", fmt.Sprint(i)})
	}
	if ex := h.Request(r[:len(r)-1]); ex.Reply != nil || !ex.Upstream.Ended {
		t.Errorf("%d values: %+v", limitby.MaxValues, ex.Reply)
	}
	if ex := h.Request(r); ex.Reply == nil || ex.Reply.Status != 400 {
		t.Errorf("%d values: %+v", limitby.MaxValues+1, ex.Reply)
	}
}

// A gateway that can't count is no reason to let requests pass.
func TestUncounted(t *testing.T) {
	if got := uncounted(errors.New("no room")); got.Status != 503 || got.Body != "" {
		t.Errorf("%+v", got)
	}
	if got := uncounted(limitby.ErrValues); got.Status != 400 || got.Body == "" {
		t.Errorf("%+v", got)
	}
}

// Counters tell windows apart, by their milliseconds.
func TestCounterOf(t *testing.T) {
	if got := prefix("", limit.Limit{Window: time.Minute}, ""); got != "60000:" {
		t.Errorf("got %s", got)
	}
}

// Clients that send ever new values don't make the shared data grow.
func TestManyValues(t *testing.T) {
	h := native.New(t, native.Options{Config: []byte(`{"limit_by_per_header":"x-key","limit_keys":[{"key":"*","query_per_day":1}]}`)})
	names := map[string]bool{}
	for i := range 30_000 {
		h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}, {":scheme", "http"}, {"x-key", fmt.Sprint(i)}}).End()
	}
	bytes := 0
	for i := range 1024 {
		name := fmt.Sprintf("key-rate-limit::1:table:%d", i)
		value, ok := h.SharedData(name)
		names[name] = ok
		bytes += len(value)
	}
	if len(names) != 1024 || bytes == 0 || bytes > 1<<20 {
		t.Errorf("%d values, %d bytes", len(names), bytes)
	}
}

func BenchmarkRequest(b *testing.B) {
	for name, config := range map[string]string{
		"exact":   `{"limit_by_param":"k","limit_keys":[{"key":"a","query_per_second":100000}]}`,
		"each":    `{"limit_by_per_param":"k","limit_keys":[{"key":"*","query_per_second":100000}]}`,
		"refused": `{"limit_by_param":"k","limit_keys":[{"key":"a","query_per_day":1}]}`,
	} {
		b.Run(name, func(b *testing.B) {
			h := native.New(b, native.Options{Config: []byte(config)})
			b.ReportAllocs()
			for b.Loop() {
				h.Request([][2]string{{":method", "GET"}, {":path", "/?k=a"}, {":authority", "a.test"}, {":scheme", "http"}}).End()
			}
		})
	}
}
