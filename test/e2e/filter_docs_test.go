package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// fenced returns the first block of a page in a language.
func fenced(t *testing.T, page, language string) string {
	t.Helper()
	_, rest, _ := strings.Cut(page, "```"+language+"\n")
	text, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatalf("the page shows no %s", language)
	}
	return text
}

// TestFilterGuide builds and runs the guide's program with its configuration.
func TestFilterGuide(t *testing.T) {
	page := harness.ReadFile(t, "docs/filter-style.md")
	// Within the module, so that its imports are these and not a release's.
	dir, err := os.MkdirTemp(filepath.Join(harness.Root(t), "test", "e2e", "testdata"), "guide")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	harness.WriteFile(t, filepath.Join(dir, "main.go"), fenced(t, page, "go"))
	config := write(t, "config.json", fenced(t, page, "json"))
	onBoth(t, func(t *testing.T, e engine) {
		s := e.run(t, dir, "--config", config, "--no-watch")
		for _, c := range []struct {
			key, claims, body string
			status            int
			consumer          string
		}{
			{"", "vip", "1234", 401, ""},
			{"k2", "vip", "12345", 413, ""},
			{"k2", "vip", "1234", 200, "member"},
			{"k1", "member", "1234567890", 200, "vip"},
			{"k1", "", "12345678901", 413, ""},
			{"k1", "", "", 200, "vip"},
		} {
			req, err := http.NewRequest(http.MethodPost, s.url("/post"), strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("x-key", c.key)
			if c.claims != "" {
				req.Header.Set("x-mse-consumer", c.claims)
			}
			got := harness.Do(t, req)
			if got.Status != c.status {
				t.Errorf("%+v: %s", c, got)
				continue
			}
			if c.status != 200 {
				continue
			}
			echo := harness.ParseEcho(t, got)
			if echo.Header("X-Mse-Consumer") != c.consumer || echo.Header("X-Body") != fmt.Sprint(len(c.body)) {
				t.Errorf("%+v: upstream got %+v", c, echo)
			}
		}
		s.WaitOutput("[edge/limit]", 5*time.Second)
	})
}

// TestDemo runs HTNN's demo plugin, with the name of HTNN's page, behind a plugin
// that leaves a guest's name.
func TestDemo(t *testing.T) {
	onBoth(t, func(t *testing.T, e engine) {
		dir := chainOf(t, map[string]string{"1-authn": "test/e2e/testdata/authn", "2-demo": "plugins/demo"})
		harness.WriteFile(t, filepath.Join(dir, "2-demo.json"), `{"hostName":"John Doe"}`)
		s := e.run(t, dir, "--no-watch")
		if got := harness.GetEcho(t, s.url("/get")).Header("John-Doe"); got != "hello, Jack" {
			t.Errorf("upstream got %q", got)
		}
	})
}
