package depcheck

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// tracked returns the paths, relative to the root, of the files that are kept
// in version control or are about to be. Without git the test is skipped.
func tracked(t *testing.T) []string {
	t.Helper()
	cmd := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = harness.Root(t)
	out, err := cmd.Output()
	if err != nil {
		harness.Missing(t, "a git checkout", "this test reads the list of files from git")
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 })
}

// sources returns the Go files among the tracked ones that are neither tests
// nor test data.
func sources(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, path := range tracked(t) {
		if isSource(path) {
			found = append(found, path)
		}
	}
	if len(found) < 50 {
		t.Fatalf("found only %d source files: %v", len(found), found)
	}
	return found
}

// isSource reports whether path names a Go file that users get.
func isSource(path string) bool {
	return filepath.Ext(path) == ".go" && !strings.HasSuffix(path, "_test.go") &&
		!strings.Contains("/"+filepath.ToSlash(path), "/testdata/")
}
