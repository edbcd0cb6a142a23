package cleanurl

import (
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for text, want := range map[string]string{
		"oci://registry.example/a@sha256:00":          "oci://registry.example/a@sha256:00",
		"file:///modules/a.wasm":                      "file:///modules/a.wasm",
		"https://example.com/a.wasm":                  "https://example.com/a.wasm",
		"https://user:secret@example.com/a.wasm":      "https://xxxxx@example.com/a.wasm",
		"https://example.com/a.wasm?sig=secret":       "https://example.com/a.wasm?xxxxx",
		"https://example.com/a.wasm#secret":           "https://example.com/a.wasm",
		"https://example.com/a.wasm#sec%2Fret":        "https://example.com/a.wasm",
		"https://user:secret@example.com:port/a.wasm": "https://(URL withheld)",
		"secret\x00": "",
	} {
		got := Of(text)
		if want != "" && got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if want == "" && !strings.HasSuffix(got, "(URL withheld)") {
			t.Errorf("%q: %q", text, got)
		}
	}
}
