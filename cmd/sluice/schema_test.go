package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build/schema"
)

const answerDir = "../../plugins/mock-response"

func TestSchema(t *testing.T) {
	for format, says := range map[string]string{
		"json-schema": `"title": "mock-response"`, "crd": "openAPIV3Schema:\n", "table": "| `content` | string | required |", "example": "\ncontent: ",
	} {
		r := sluice(t, "schema", answerDir, "--format", format)
		if r.code != exitOK || !strings.Contains(r.stdout, says) || withoutProgress(r.stderr) != "" {
			t.Errorf("%s: %+v", format, r)
		}
	}
	if r := sluice(t, "schema", answerDir, "--format", "table", "-o", filepath.Join(answerDir, "README.md"), "--check"); r.code != exitOK {
		t.Errorf("the README of the plugin: %+v", r)
	}
}

func TestSchemaFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.yaml")
	sluice(t, "schema", answerDir, "--format", "example", "-o", file, "--check").wantFailure(t, "no file", "not up to date")
	r := sluice(t, "schema", answerDir, "--format", "example", "-o", file, "--output", "json")
	var got schema.Result
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil || got.Output != file || got.Plugin != "mock-response" || got.Format != "example" {
		t.Errorf("%v: %+v", err, r)
	}
	if text, _ := os.ReadFile(file); string(text) != got.Document {
		t.Errorf("the file holds %q", text)
	}
	if r := sluice(t, "schema", answerDir, "--format", "example", "-o", file); r.code != exitOK || !strings.Contains(r.stdout, "example of mock-response") {
		t.Errorf("%+v", r)
	}
	os.WriteFile(file, []byte("content: 1\n"), 0o600)
	sluice(t, "schema", answerDir, "--format", "example", "-o", file, "--check").wantFailure(t, "changed", "without --check it is written")
}

func TestSchemaRefuses(t *testing.T) {
	sluice(t, "schema", "a", "b").wantUsage(t, "two arguments", "one argument")
	sluice(t, "schema", "--format", "xml").wantUsage(t, "format", "want json-schema, crd, table, example")
	sluice(t, "schema", "--check").wantUsage(t, "nothing to check", "--check needs --out")
	sluice(t, "schema", "../../plugins/hello-world").wantFailure(t, "untyped", "no plugin with a typed configuration")
	sluice(t, "schema", "../../plugins/mock-response", "-o", "none/x").wantFailure(t, "no such directory", "output: the directory of none/x")
	sluice(t, "schema", "../../build").wantFailure(t, "no plugin", "not main")
}
