package gotool

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckDir(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "wie..."), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		dir:                             "",
		filepath.Join(dir, "wie..."):    "",
		file:                            "is a file; give the directory that it lies in",
		filepath.Join(dir, "none"):      "no such file or directory",
		filepath.Join(dir, "..."):       "is a pattern; give the directory of one plugin",
		filepath.Join(file, "main"):     "not a directory",
		filepath.Join(dir, "none", "x"): "no such file or directory",
	} {
		err := CheckDir(name)
		if (err == nil) != (want == "") || (err != nil && (!strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "plugin directory: "))) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if err := CheckDir(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error is %v", err)
	}
}
