package page

import (
	"fmt"
	"os"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/plugintest"
)

// run sends a block's rows to the plugin, on each engine.
func (p Page) run(t *testing.T, number int, b block) {
	t.Helper()
	if len(b.rows) == 0 {
		return
	}
	requests := make([]plugintest.Request, len(b.rows))
	for i, r := range b.rows {
		var err error
		if requests[i], err = curl(r.command); err != nil {
			t.Fatalf("README.md: %v", err)
		}
	}
	plugin := p.Around
	plugin.Config = configuration(t, b.config)
	t.Run(fmt.Sprintf("usage-%d", number), func(t *testing.T) {
		plugintest.Run(t, plugin, func(t *testing.T, gw *plugintest.Gateway) {
			if p.Before != nil {
				p.Before(gw)
			}
			for i, r := range b.rows {
				r.check(t, gw, requests[i])
			}
		})
	})
}

// configuration makes JSON of a block's YAML, or of config.yaml.
func configuration(t *testing.T, text string) string {
	t.Helper()
	if text == "" {
		file, err := os.ReadFile("config.yaml")
		if err != nil {
			t.Fatal(err)
		}
		text = string(file)
	}
	config, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		t.Fatalf("the configuration: %v", err)
	}
	return string(config)
}

func (r row) check(t *testing.T, gw *plugintest.Gateway, request plugintest.Request) {
	t.Helper()
	before := len(gw.Backend.Requests())
	got := gw.Do(request)
	if got.Status != r.status {
		t.Errorf("README.md: %s: status %d, want %d\n%s", r.command, got.Status, r.status, got.Body)
	}
	if r.hasBody && got.Body != r.body {
		t.Errorf("README.md: %s: %s", r.command, plugintest.Diff(r.body, got.Body))
	}
	passed := len(gw.Backend.Requests()) > before
	if r.from != "" && passed != (r.from == "upstream") {
		t.Errorf("README.md: %s: upstream has seen it: %v, want an answer of %s", r.command, passed, r.from)
	}
}
