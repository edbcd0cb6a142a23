package bench_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/run"
	"github.com/sluiceproxy/sluice/run/bench"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// hello is the plugin hello-world.
func hello(t *testing.T) bench.Options {
	t.Helper()
	p, err := run.LoadPlugin(t.Context(), run.Options{Source: filepath.Join("..", "..", "plugins", "hello-world")})
	if err != nil {
		t.Fatal(err)
	}
	return bench.Options{Name: p.Name, Code: p.Code, Config: p.Config, Runs: 20}
}

func TestEmbedded(t *testing.T) {
	o := hello(t)
	var prof bytes.Buffer
	o.Profile = &prof
	r, err := bench.Embedded(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range r.Callbacks {
		names = append(names, strings.TrimPrefix(c.Name, "proxy_on_"))
		if c.Name != "proxy_on_request_headers" {
			continue
		}
		if c.Calls != 80 || c.HostCalls["proxy_add_header_map_value"] != 1 || c.HostCallsTotal != 1 || c.Allocations != 0 {
			t.Errorf("%+v", c)
		}
		if c.Nanoseconds <= 0 || c.Min > c.Nanoseconds || c.P99 < c.Nanoseconds || c.Ratio <= 0 {
			t.Errorf("times %+v", c)
		}
	}
	if got := strings.Join(names, " "); got != "context_create vm_start configure request_headers delete" {
		t.Errorf("callbacks %s", got)
	}
	if !r.Allocations || r.Requests != 4 || prof.Len() == 0 {
		t.Errorf("%+v, profile of %d bytes", r, prof.Len())
	}
}

func TestBudget(t *testing.T) {
	row := bench.Callback{Name: "proxy_on_request_headers", HostCallsTotal: 2, Allocations: 3.5, Bytes: 100, Nanoseconds: 5000, Ratio: 4, Growth: 65536}
	start := bench.Callback{Name: "proxy_on_configure", Allocations: 1000}
	for _, tt := range []struct{ text, exceeded string }{
		{"each: {hostCalls: 2, allocations: 4, ratio: 4}", ""},
		{"each: {hostCalls: 1}", "proxy_on_request_headers: hostCalls is 2, the budget 1"},
		{"callbacks: {proxy_on_request_headers: {allocations: 3, bytes: 99}}", "allocations is 3.50, the budget 3; proxy_on_request_headers: bytes is 100, the budget 99"},
		{"callbacks: {proxy_on_request_headers: {nanoseconds: 4999}}", "nanoseconds is 5000, the budget 4999"},
		{"callbacks: {proxy_on_request_headers: {ratio: 3.5, growth: 0}}", "ratio is 4, the budget 3.50; proxy_on_request_headers: growth is 65536, the budget 0"},
		{"callbacks: {proxy_on_configure: {allocations: 999}}", "proxy_on_configure: allocations is 1000"},
	} {
		b, err := bench.ParseBudget([]byte(tt.text))
		if err != nil {
			t.Fatalf("%s: %v", tt.text, err)
		}
		r := &bench.Report{Callbacks: []bench.Callback{row, start}, Allocations: true}
		err = b.Apply(r)
		if tt.exceeded == "" {
			if err != nil {
				t.Errorf("%s: %v", tt.text, err)
			}
			continue
		}
		if !errors.Is(err, bench.ErrExceeded) || !strings.Contains(err.Error(), tt.exceeded) || len(r.Exceeded) == 0 {
			t.Errorf("%s: %v, %v", tt.text, err, r.Exceeded)
		}
	}
}

// TestBudgetThatSaysNothing: a budget must not hold because nothing was measured.
func TestBudgetThatSaysNothing(t *testing.T) {
	r := &bench.Report{Callbacks: []bench.Callback{{Name: "proxy_on_log"}}}
	for text, want := range map[string]string{
		"callbacks: {proxy_on_request_body: {hostCalls: 1}}": "did not run",
		"each: {allocations: 1}":                             "not known",
	} {
		b, err := bench.ParseBudget([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Apply(r); err == nil || !strings.Contains(err.Error(), want) || errors.Is(err, bench.ErrExceeded) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestParseBudgetRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":             "limits nothing",
		"callback: {}": "unknown field",
		"callbacks: {on_request_headers: {hostCalls: 1}}":      "there is no such callback",
		"callbacks: {proxy_on_request_headers: {}}":            "limits nothing",
		"callbacks: {proxy_on_request_headers: {hostcall: 1}}": "unknown field",
		"each: {ratio: -1}":                           "want 0 or more",
		"each: {ratio: many}":                         "ratio",
		strings.Repeat("# a long comment\n", 100_000): "more than 1 MiB",
	} {
		if _, err := bench.ParseBudget([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %q", text, err, want)
		}
	}
}

func FuzzParseBudget(f *testing.F) {
	f.Add("each: {ratio: 1}")
	f.Add("callbacks: {proxy_on_request_headers: {hostCalls: 1e99}}")
	f.Fuzz(func(t *testing.T, text string) {
		if b, err := bench.ParseBudget([]byte(text)); err == nil {
			_ = b.Apply(&bench.Report{Callbacks: []bench.Callback{{Name: "proxy_on_log"}}})
		}
	})
}

// TestOnEnvoy: both sides do their work, and the plugin costs something.
func TestOnEnvoy(t *testing.T) {
	binary, err := envoy.Find(t.Context(), harness.OneEnvoy(t).Path)
	if err != nil {
		t.Fatal(err)
	}
	o := bench.EnvoyOptions{Options: hello(t), Binary: binary, Rounds: 3, Round: 200 * time.Millisecond, Connections: 2}
	r, err := bench.OnEnvoy(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []bench.EnvoySide{r.None, r.Plugin} {
		if s.Rate <= 0 || s.P50 <= 0 || s.P99 < s.P50 || s.CPU <= 0 {
			t.Errorf("%+v", s)
		}
	}
	if r.Added.CPU <= 0 {
		t.Errorf("the plugin adds %v µs of CPU", r.Added.CPU)
	}
}
