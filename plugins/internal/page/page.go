package page

import (
	"os"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/config/schema"
)

// Page is a plugin's documentation, in the directory of the test.
type Page struct {
	// Name is the plugin's.
	Name string
	// Rules say how the plugin reads rules: config.WholeRules for
	// wrapper.ParseTypedConfig, config.OverrideRules for ParseTypedOverrideConfig.
	Rules config.Rules
	// Around is what is around the plugin, such as clusters. Its Config is not
	// looked at. Default: nothing.
	Around plugintest.Plugin
	// Before is called with each gateway before the first row, to script services.
	// Default: nothing.
	Before func(gw *plugintest.Gateway)
}

// Test compares the page with the plugin. C is the type of the configuration.
func Test[C any](t *testing.T, p Page) {
	t.Helper()
	s, err := schema.Of[C](p.Name, p.Rules)
	if err != nil {
		t.Fatal(err)
	}
	update := os.Getenv("SLUICE_UPDATE") == "1"
	if update {
		refresh(t, s)
	}
	if err := s.CheckFile("README.md"); err != nil {
		t.Error(err)
	}
	spec := checkSpec(t, p.Name, s, update)
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	d, err := parse(string(text))
	if err != nil {
		t.Fatalf("README.md: %v", err)
	}
	if d.name != p.Name {
		t.Errorf("README.md: the title is %q, want %q", d.name, p.Name)
	}
	if want := spec.order(); !strings.Contains(d.order, want) {
		t.Errorf("README.md: under Order there is no %q, which spec.yaml says", want)
	}
	if want := "go run ./cmd/sluice run ./plugins/" + p.Name; !strings.Contains(d.usage, want) {
		t.Errorf("README.md: under Usage there is no %q", want)
	}
	for i, block := range d.blocks {
		p.run(t, i, block)
	}
}

// refresh writes the table.
func refresh(t *testing.T, s *schema.Schema) {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	if text, err = schema.Refresh(text, s.Table()); err != nil {
		t.Fatalf("README.md: %v", err)
	}
	if err := os.WriteFile("README.md", text, 0o644); err != nil { //nolint:gosec // a file of the repository
		t.Fatal(err)
	}
}
