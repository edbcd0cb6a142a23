package depcheck

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.*)$`)
	code    = regexp.MustCompile("(?s)```.*?```|`[^`\n]*`")
	notSlug = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// Links between the pages lead somewhere, to the heading too where they name one.
func TestLinks(t *testing.T) {
	root := harness.Root(t)
	pages := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != root) {
			return filepath.SkipDir
		}
		if !d.IsDir() && filepath.Ext(path) == ".md" {
			pages++
			checkLinks(t, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if pages < 10 {
		t.Errorf("found %d pages, want more: is %s the root?", pages, root)
	}
}

// checkLinks follows the links of a page into the repository.
func checkLinks(t *testing.T, page string) {
	t.Helper()
	for _, m := range link.FindAllStringSubmatch(readPage(t, page), -1) {
		target, anchor, _ := strings.Cut(m[1], "#")
		if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
			continue
		}
		file := page
		if target != "" {
			file = filepath.Join(filepath.Dir(page), target)
		}
		if _, err := os.Stat(file); err != nil {
			t.Errorf("%s links to %s, which is not there", page, m[1])
			continue
		}
		if anchor != "" && !anchors(readPage(t, file))[anchor] {
			t.Errorf("%s links to %s, but that page has no such heading", page, m[1])
		}
	}
}

// readPage returns a page without what is set as code, except in headings.
func readPage(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return code.ReplaceAllStringFunc(string(b), func(s string) string {
		if strings.HasPrefix(s, "```") || strings.Contains(s, "](") {
			return ""
		}
		return s // a part of a heading, or of a link's text
	})
}

// anchors are the names that a page's headings get when it is rendered.
func anchors(page string) map[string]bool {
	found := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(page, -1) {
		name := notSlug.ReplaceAllString(strings.ToLower(m[1]), "")
		found[strings.ReplaceAll(strings.TrimSpace(name), " ", "-")] = true
	}
	return found
}
