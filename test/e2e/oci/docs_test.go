package oci

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestGuide runs the commands of docs/images.md, in order, beside a built
// plugin.
func TestGuide(t *testing.T) {
	r, u := startRegistry(t, ""), newUser(t)
	raw, err := os.ReadFile(hello(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(u.home, "main.wasm"), raw, 0o644); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, line := range strings.Split(harness.ReadFile(t, "docs/images.md"), "\n") {
		args := strings.Fields(line)
		if len(args) < 3 || args[0] != "sluice" || args[1] == "build" { // the plugin is built already
			continue
		}
		line = strings.NewReplacer("registry.example", r.host, "/tmp", u.home).Replace(line)
		if args = strings.Fields(line)[1:]; args[0] != "package" {
			args = append(args, "--plain-http")
		}
		u.run(args...)
		ran++
	}
	if ran < 12 {
		t.Errorf("only %d commands", ran)
	}
}
