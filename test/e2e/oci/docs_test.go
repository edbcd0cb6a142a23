package oci

import (
	"os"
	"path/filepath"
	"regexp"
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
		if args = strings.Fields(line)[1:]; args[0] != "package" && (args[0] != "store" || args[1] == "add") {
			args = append(args, "--plain-http")
		}
		u.run(args...)
		ran++
	}
	if ran < 12 {
		t.Errorf("only %d commands", ran)
	}
}

// TestTable: every test that the page's table names is where it says.
func TestTable(t *testing.T) {
	_, table, _ := strings.Cut(harness.ReadFile(t, "docs/images.md"), "## Which test shows what")
	named := 0
	for _, row := range strings.Split(table, "\n") {
		cells := strings.Split(row, "|")
		if len(cells) < 5 {
			continue
		}
		for _, part := range strings.Split(cells[3], ";") {
			folder := regexp.MustCompile("`([^`]+)`").FindStringSubmatch(part)
			for _, name := range regexp.MustCompile(`(Test|Fuzz)[A-Za-z]+|[a-z]+_test\.go`).FindAllString(part, -1) {
				named++
				if folder == nil || !hasTest(t, filepath.Join(harness.Root(t), folder[1]), name) {
					t.Errorf("%s: there is no %s in %q", cells[1], name, folder)
				}
			}
		}
	}
	if named < 25 {
		t.Errorf("only %d tests", named)
	}
}

// hasTest looks for a test's function or file in a folder.
func hasTest(t *testing.T, dir, name string) bool {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "*_test.go"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(file) == name || strings.Contains(string(text), "func "+name+"(") {
			return true
		}
	}
	return false
}
