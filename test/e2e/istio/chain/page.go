package chain

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// page returns the guide, docs/istio.md.
func page(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(Repository(t), "docs", "istio.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// CheckPage holds the guide's table to the cases.
func CheckPage(t testing.TB, cases []Case) {
	t.Helper()
	var want strings.Builder
	want.WriteString("| case | first | after |\n|---|---|---|\n")
	for _, c := range cases {
		fmt.Fprintf(&want, "| %s | %s | %s |\n", c.Name, c.First, c.After)
	}
	if !strings.Contains(page(t), want.String()+"\n") {
		t.Errorf("docs/istio.md has not this table:\n%s", &want)
	}
}

// GuideCommands returns the lines of the guide's first listing, in which a
// plugin gets from its source to a mesh, as the words of each.
func GuideCommands(t testing.TB) [][]string {
	t.Helper()
	var lines [][]string
	_, text, _ := strings.Cut(page(t), "```\n")
	text, _, _ = strings.Cut(text, "```")
	for line := range strings.Lines(text) {
		lines = append(lines, strings.Fields(line))
	}
	if len(lines) < 3 {
		t.Fatalf("docs/istio.md begins with %d commands", len(lines))
	}
	return lines
}

// GuideResource returns the guide's WasmPlugin.
func GuideResource(t testing.TB) string {
	t.Helper()
	_, text, _ := strings.Cut(page(t), "```yaml\n")
	text, _, ok := strings.Cut(text, "```")
	if !ok {
		t.Fatal("docs/istio.md has no resource")
	}
	return text
}
