package plugintest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the list of Lacks into docs/testing.md")

const guide = "../docs/testing.md"

// The guide lists what engines lack.
func TestGuideListsLacks(t *testing.T) {
	var b strings.Builder
	b.WriteString("| engine | feature | why |\n|---|---|---|\n")
	for _, l := range Lacks() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", l.Engine, l.Feature, l.Why)
	}
	text := readFile(t, guide)
	before, rest, ok := strings.Cut(text, "<!-- lacks -->\n")
	listed, after, ok2 := strings.Cut(rest, "<!-- /lacks -->")
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the list", guide)
	}
	if *update {
		if err := os.WriteFile(guide, []byte(before+"<!-- lacks -->\n"+b.String()+"<!-- /lacks -->"+after), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if listed != b.String() {
		t.Errorf("%s: the list of lacks differs (-update writes it)\n%s", guide, diff(b.String(), listed))
	}
}

// Each example of the guide is one of tests that run.
func TestGuideShowsTests(t *testing.T) {
	var tests strings.Builder
	for _, pattern := range []string{"internal/probe/*_test.go", "../plugins/hello-world/*_test.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		for _, f := range files {
			tests.WriteString(readFile(t, f))
		}
	}
	blocks := strings.Split(readFile(t, guide), "```go\n")[1:]
	for _, b := range blocks {
		code, _, _ := strings.Cut(b, "```")
		if i := strings.Index(code, "func "); i > 0 && strings.HasPrefix(code, "package") {
			code = code[i:]
		}
		for _, f := range strings.Split(code, "\n}\n") {
			if f = strings.Trim(f, "\n"); !strings.Contains(tests.String(), f) {
				t.Errorf("%s: no test is this:\n%s", guide, f)
			}
		}
	}
	if len(blocks) < 5 {
		t.Errorf("%d examples", len(blocks))
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
