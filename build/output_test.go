package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "main.wasm")
	for _, text := range []string{"first", "second"} {
		if err := checkWritable(path); err != nil {
			t.Fatal(err)
		}
		if err := writeFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("the file holds %q, %v", got, err)
		}
		if got := names(t, dir); len(got) != 1 {
			t.Errorf("the directory holds %v", got)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o400 == 0 || info.Mode().Perm()&0o111 != 0 {
		t.Errorf("permissions are %v, %v", info.Mode(), err)
	}
}

// TestWriteDevice: a device is written to, not replaced.
func TestWriteDevice(t *testing.T) {
	before, err := os.Stat(os.DevNull)
	if err != nil {
		t.Skip(err)
	}
	if err := checkWritable(os.DevNull); err != nil {
		t.Error(err)
	}
	if err := writeFile(os.DevNull, []byte("x")); err != nil {
		t.Error(err)
	}
	if after, err := os.Stat(os.DevNull); err != nil || after.Mode() != before.Mode() {
		t.Errorf("%s is %v now", os.DevNull, after.Mode())
	}
}

func TestNotWritable(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"directory":         dir,
		"missing directory": filepath.Join(dir, "none", "x"),
		"below a file":      filepath.Join(file, "x"),
	} {
		if err := checkWritable(path); err == nil || !strings.HasPrefix(err.Error(), "output: ") {
			t.Errorf("%s: %v", name, err)
		}
		if name == "directory" {
			continue // writeFile is never asked to
		}
		if err := writeFile(path, []byte("x")); err == nil || !strings.HasPrefix(err.Error(), "output: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("left behind: %v", got)
	}
}

func TestReadOnlyDirectory(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write anywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	if err := checkWritable(filepath.Join(dir, "main.wasm")); err == nil {
		t.Error("a read-only directory was taken")
	}
}

func TestReadFile(t *testing.T) {
	dir := write(t, "x.wasm", "content")
	if got, err := ReadFile(filepath.Join(dir, "x.wasm")); err != nil || string(got) != "content" {
		t.Errorf("read %q, %v", got, err)
	}
	for path, text := range map[string]string{filepath.Join(dir, "none"): "none", dir: "sluice build " + dir} {
		if _, err := ReadFile(path); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v, want %q", path, err, text)
		}
	}
}
