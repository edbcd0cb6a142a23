package build

import (
	"errors"
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
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte("package main\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := checkWritable(source); err == nil || !strings.Contains(err.Error(), "name another file") {
		t.Errorf("a source file: %v", err)
	}
	if err := errors.Join(checkWritable(file), os.Remove(source)); err != nil {
		t.Errorf("an empty file: %v", err)
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

// TestReplaceable: modules are replaced, whatever they are called, and files with
// a module's name, whatever they hold.
func TestReplaceable(t *testing.T) {
	dir := t.TempDir()
	for name, want := range map[string]bool{
		"old.wasm": true, "module": true, "empty": true, "short": false, "README.md": false,
	} {
		text := map[string]string{"module": "\x00asm\x01\x00\x00\x00", "empty": "", "short": "x"}
		content, ok := text[name]
		if !ok {
			content = "any text\n"
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := checkWritable(path); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
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
