package schema

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReplaceDevice: a device is written to, and stays what it is.
func TestReplaceDevice(t *testing.T) {
	before, err := os.Stat(os.DevNull)
	if err != nil || before.Mode().IsRegular() {
		t.Skip("there is no device")
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(os.DevNull, link); err != nil {
		t.Skip(err)
	}
	if err := checkOutput(link, JSONSchema); err != nil {
		t.Error(err)
	}
	if err := replace(link, "text"); err != nil {
		t.Error(err)
	}
	if after, err := os.Stat(os.DevNull); err != nil || after.Mode() != before.Mode() {
		t.Fatalf("%s is %v now", os.DevNull, after.Mode())
	}
}

// TestReplaceLink: the file that a link points to is replaced, not the link.
func TestReplaceLink(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Skip(err)
	}
	if err := replace(link, "new"); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "new" {
		t.Errorf("the file holds %q, %v", text, err)
	}
	if err := replace(filepath.Join(dir, "none", "x"), "new"); err == nil || !strings.HasPrefix(err.Error(), "output: ") {
		t.Errorf("error is %v", err)
	}
}
