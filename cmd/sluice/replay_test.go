package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/run/replay"
)

// TestDebugUsage: what is wrong is told before anything is built.
func TestDebugUsage(t *testing.T) {
	for line, want := range map[string]struct {
		code int
		text string
	}{
		"debug --listen x":               {exitUsage, "--listen"},
		"debug a b":                      {exitUsage, "one argument"},
		"debug --dlv /nowhere/dlv":       {exitFailure, "go install github.com/go-delve/delve/cmd/dlv@latest"},
		"debug --cluster x --dlv /x/dlv": {exitUsage, "NAME=ADDRESS"},
	} {
		var out, errs strings.Builder
		if got := execute(t.Context(), strings.Fields(line), &out, &errs); got != want.code || !strings.Contains(errs.String(), want.text) {
			t.Errorf("%s: exit code %d: %s", line, got, errs.String())
		}
	}
}

// TestReplay: a written recording, one module and the same module against itself.
func TestReplay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "r.jsonl")
	const line = `{"request":{"headers":[[":path","/a"]]},"upstream":{"cluster":"a","request":{"headers":[[":path","/other"]]},` +
		`"response":{"headers":[[":status","200"]]}},"response":{"headers":[[":status","200"]]}}`
	if err := os.WriteFile(file, []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	plugin := filepath.Join("..", "..", "plugins", "hello-world")
	var out, errs strings.Builder
	if got := execute(t.Context(), []string{"replay", file, "--against", plugin, plugin, "--logs"}, &out, &errs); got != exitOK || !strings.Contains(out.String(), "nothing differs") {
		t.Errorf("exit code %d: %s%s", got, out.String(), errs.String())
	}
	out.Reset()
	errs.Reset()
	got := execute(t.Context(), []string{"replay", file, plugin, "--output", "json"}, &out, &errs)
	var r replay.Report
	if err := json.Unmarshal([]byte(out.String()), &r); err != nil || got != exitFailure || len(r.Different) != 1 {
		t.Errorf("exit code %d, %v: %s%s", got, err, out.String(), errs.String())
	}
	if !strings.Contains(out.String(), "upstream request: header hello") || !strings.Contains(errs.String(), "1 of 1 exchange") {
		t.Errorf("%s%s", out.String(), errs.String())
	}
}

func TestReplayUsage(t *testing.T) {
	for line, want := range map[string]string{
		"replay x":                           "two arguments",
		"replay x y --logs":                  "--against",
		"run x --record-body 5":              "needs --record",
		"run x --record f --engine envoy":    "embedded engine",
		"run x --record f --record-limit -1": "--record-limit",
	} {
		var out, errs strings.Builder
		if got := execute(t.Context(), strings.Fields(line), &out, &errs); got != exitUsage || !strings.Contains(errs.String(), want) {
			t.Errorf("%s: exit code %d: %s", line, got, errs.String())
		}
	}
}
