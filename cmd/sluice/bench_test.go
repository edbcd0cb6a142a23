package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/run/bench"
)

// TestBench: a budget decides the exit code, and JSON says why.
func TestBench(t *testing.T) {
	dir := t.TempDir()
	budget := filepath.Join(dir, "budget.yaml")
	plugin := filepath.Join("..", "..", "plugins", "hello-world")
	for text, want := range map[string]int{
		"callbacks: {proxy_on_request_headers: {hostCalls: 1, allocations: 0}}": exitOK,
		"callbacks: {proxy_on_request_headers: {hostCalls: 0}}":                 exitFailure,
	} {
		if err := os.WriteFile(budget, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var out, errs strings.Builder
		line := []string{"bench", plugin, "--runs", "5", "--budget", budget, "--output", "json", "--profile", filepath.Join(dir, "p.pb.gz")}
		if got := execute(t.Context(), line, &out, &errs); got != want {
			t.Errorf("%s: exit code %d: %s", text, got, errs.String())
		}
		var r bench.Report
		if err := json.Unmarshal([]byte(out.String()), &r); err != nil || len(r.Callbacks) == 0 {
			t.Errorf("%v\n%s", err, out.String())
		}
		if want == exitFailure && (len(r.Exceeded) != 1 || !strings.Contains(errs.String(), "proxy_on_request_headers: hostCalls is 1, the budget 0")) {
			t.Errorf("%+v, %s", r.Exceeded, errs.String())
		}
	}
}

func TestBenchUsage(t *testing.T) {
	for line, want := range map[string]string{
		"bench --runs 0":        "positive",
		"bench a b":             "one argument",
		"bench --envoy /x":      "--engine envoy",
		"bench . --pull always": "is for images",
	} {
		var out, errs strings.Builder
		if got := execute(t.Context(), strings.Fields(line), &out, &errs); got != exitUsage || !strings.Contains(errs.String(), want) {
			t.Errorf("%s: exit code %d: %s", line, got, errs.String())
		}
	}
	var out, errs strings.Builder
	if got := execute(t.Context(), []string{"bench", "--requests", "none.jsonl"}, &out, &errs); got != exitFailure {
		t.Errorf("exit code %d: %s", got, errs.String())
	}
}
