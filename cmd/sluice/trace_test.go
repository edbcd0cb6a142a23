package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTraceCommandLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.yaml")
	text := "apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: x, namespace: default}\nspec: {url: file:///none.wasm}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		text string
	}{
		"no file":              {nil, 2, "trace needs -f"},
		"an argument":          {[]string{"x"}, 2, "no argument"},
		"two control planes":   {[]string{"-f", file, "--server", "http://127.0.0.1:1", "--istiod", "x:1"}, 2, "give one of them"},
		"no URL":               {[]string{"-f", file, "--expect-status", "200"}, 2, "--expect-status goes with --url"},
		"no header":            {[]string{"-f", file, "--url", "http://127.0.0.1:1", "-H", "hunter2"}, 2, "--header wants"},
		"no expected header":   {[]string{"-f", file, "--url", "http://127.0.0.1:1", "--expect-header", ": x"}, 2, "--expect-header wants"},
		"no time":              {[]string{"-f", file, "--every", "0s"}, 2, "want positive times"},
		"a file that is not":   {[]string{"-f", file + "x"}, 1, "no such file"},
		"a step fails":         {[]string{"-f", file, "--server", "http://127.0.0.1:1"}, 1, "failed: compile, watch"},
		"the same as JSON":     {[]string{"-f", file, "--server", "http://127.0.0.1:1", "--output", "json"}, 1, `"state": "fail"`},
		"another key of words": {[]string{"-f", file, "--output", "yaml"}, 2, "want text, json"},
	} {
		var out strings.Builder
		code := execute(t.Context(), append([]string{"trace"}, c.args...), &out, &out)
		if code != c.code || !strings.Contains(out.String(), c.text) || strings.Contains(out.String(), "hunter2") {
			t.Errorf("%s: code %d, want %d with %q: %s", name, code, c.code, c.text, &out)
		}
	}
}
