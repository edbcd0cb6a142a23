package harness

import (
	"os"
	"path/filepath"
	"testing"
)

// Root returns the absolute path of the repository's root: the nearest
// directory at or above the test's own that holds go.mod.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatalf("find the repository's root: %v", err)
	}
	for start := dir; ; {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatalf("find the repository's root: no go.mod in %s or above", start)
		}
		dir = up
	}
}

// ReadFile returns the content of the file at path, which is relative to the
// repository's root.
func ReadFile(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(Root(t), path))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// WriteFile writes content to the file at path through a temporary file and a
// rename, as editors do, so that a watcher never sees half of it. The file is
// readable by everyone, because Envoy in a container may run as another user.
func WriteFile(t testing.TB, path, content string) {
	t.Helper()
	next := path + ".next"
	if err := os.WriteFile(next, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, path); err != nil {
		t.Fatal(err)
	}
}
