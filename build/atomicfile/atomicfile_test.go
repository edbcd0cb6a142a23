package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// only fails unless a directory holds these files and no other.
func only(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("got %q, want %q", got, want)
	}
}

func writes(text string, err error) func(io.Writer) error {
	return func(w io.Writer) error {
		_, e := io.WriteString(w, text)
		return errors.Join(e, err)
	}
}

// TestReplace: the old content stays until the new one is whole.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := Replace(path, writes("one", nil)); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken off")
	if err := Replace(path, writes("tw", broken)); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if raw, err := os.ReadFile(path); string(raw) != "one" || err != nil {
		t.Errorf("got %q, %v", raw, err)
	}
	only(t, dir, "file")
	if err := Replace(path, writes("two", nil)); err != nil {
		t.Fatal(err)
	}
	if raw, err := os.ReadFile(path); string(raw) != "two" || err != nil {
		t.Errorf("got %q, %v", raw, err)
	}
	only(t, dir, "file")
}

// TestReplaceRefuses: what is no file stays, and errors name the place.
func TestReplaceRefuses(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(t.TempDir(), "outside")
	if err := os.WriteFile(outside, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"link", "sub"} {
		if err := Replace(filepath.Join(dir, name), writes("y", nil)); err == nil || !strings.Contains(err.Error(), filepath.Join(dir, name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if raw, _ := os.ReadFile(outside); string(raw) != "x" {
		t.Errorf("the link was followed: %q", raw)
	}
	only(t, dir, "link", "sub")
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for _, name := range []string{"gone/file", "../file"} {
		err := Write(root, name, []byte("x"))
		var at *fs.PathError
		if !errors.As(err, &at) || !filepath.IsAbs(at.Path) && !strings.Contains(name, "..") {
			t.Errorf("%s: %v", name, err)
		}
	}
	only(t, dir, "link", "sub")
}

func TestIsTemporary(t *testing.T) {
	for name, want := range map[string]bool{".sluice-0123.tmp": true, ".sluice-.tmp": true, "sluice-1.tmp": false, ".sluice-1": false, "": false} {
		if IsTemporary(name) != want {
			t.Errorf("%q: %t", name, !want)
		}
	}
}
