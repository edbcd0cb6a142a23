package harness

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wasmHeader begins every WebAssembly module: magic number and version 1.
const wasmHeader = "\x00asm\x01\x00\x00\x00"

func TestBuildPlugin(t *testing.T) {
	const dir = "test/e2e/harness/testdata/empty"
	one := BuildPlugin(t, dir)
	code, err := os.ReadFile(one)
	if err != nil || !bytes.HasPrefix(code, []byte(wasmHeader)) {
		t.Fatalf("not a module: %v", err)
	}
	if err := os.WriteFile(one, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Run("a copy for each caller", func(t *testing.T) {
		again, err := os.ReadFile(BuildPlugin(t, dir))
		if err != nil || !bytes.Equal(again, code) {
			t.Errorf("the second caller got another module: %v", err)
		}
	})
}

func TestBuildPluginThatDoesNotCompile(t *testing.T) {
	record(t, func(t testing.TB) {
		BuildPlugin(t, "test/e2e/harness/testdata/none")
	}).wantFailure(t, "test/e2e/harness/testdata/none")
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "envoy.yaml")
	WriteFile(t, path, "one")
	WriteFile(t, path, "two")
	if got, err := os.ReadFile(path); err != nil || string(got) != "two" {
		t.Errorf("got %q, %v", got, err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	record(t, func(t testing.TB) {
		WriteFile(t, filepath.Join(dir, "none", "x"), "")
	}).wantFailure(t, "no such file")
}

func TestReadFile(t *testing.T) {
	if got := ReadFile(t, "go.mod"); !strings.HasPrefix(got, "module github.com/sluiceproxy/sluice\n") {
		t.Errorf("not the root's go.mod: %q", got)
	}
	record(t, func(t testing.TB) { ReadFile(t, "no-such-file") }).wantFailure(t, "no-such-file")
}
