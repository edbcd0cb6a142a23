package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/build"
)

const source = `package main

//go:wasmexport proxy_abi_version_0_2_1
func abi() {}

//go:wasmexport malloc
func malloc(size int32) int32 { return 0 }

func main() {}
`

// plugin makes the directory of a small plugin.
func plugin(t *testing.T, source string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": "module example.com/x\n\ngo 1.24\n", "main.go": source} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestBuildInspect(t *testing.T) {
	dir := plugin(t, source)
	file := filepath.Join(dir, "main.wasm")
	r := sluice(t, "build", dir, "--target", "istio")
	if r.code != exitOK || !strings.Contains(r.stdout, file) || !strings.Contains(r.stdout, "0_2_1") || !strings.Contains(r.stderr, "compiling") {
		t.Fatalf("build: %+v", r)
	}
	r = sluice(t, "build", dir, "--output", "json", "-o", filepath.Join(dir, "second.wasm"))
	var built build.Result
	if err := json.Unmarshal([]byte(r.stdout), &built); r.code != exitOK || err != nil || built.Size == 0 {
		t.Fatalf("build: %v, %+v", err, r)
	}
	r = sluice(t, "inspect", file)
	for _, text := range []string{built.SHA256, "0_2_1", "example.com/x", "wasi_snapshot_preview1.fd_write", "envoy >=1.36", "malloc", "code"} {
		if r.code != exitOK || !strings.Contains(r.stdout, text) {
			t.Errorf("inspect: code %d, want %q in %s", r.code, text, r.stdout)
		}
	}
	r = sluice(t, "inspect", file, "--output", "json", "--target", "higress")
	var report build.Report
	if err := json.Unmarshal([]byte(r.stdout), &report); r.code != exitOK || err != nil || report.SHA256 != built.SHA256 {
		t.Errorf("inspect: %v, %+v", err, r)
	}
}

func TestBuildFails(t *testing.T) {
	dir := plugin(t, source)
	missing := filepath.Join(dir, "missing")
	for name, tt := range map[string]struct {
		args []string
		text string
	}{
		"missing directory": {[]string{"build", missing}, missing},
		"file":              {[]string{"build", filepath.Join(dir, "go.mod")}, "is a file"},
		"empty directory":   {[]string{"build", t.TempDir()}, "no Go files"},
		"output":            {[]string{"build", dir, "-o", filepath.Join(missing, "x.wasm")}, "output:"},
		"type error":        {[]string{"build", plugin(t, "package main\n\nfunc main() { x }\n")}, "main.go:3:15: undefined: x"},
	} {
		r := sluice(t, tt.args...)
		if name == "type error" { // the compiler's lines follow the first one
			if r.code != exitFailure || !strings.Contains(r.stderr, "does not compile:\n") || !strings.Contains(r.stderr, tt.text) {
				t.Errorf("%s: %+v", name, r)
			}
			continue
		}
		r.wantFailure(t, name, tt.text)
	}
}

func TestBuildWithoutGo(t *testing.T) {
	dir := plugin(t, source)
	t.Setenv("PATH", t.TempDir())
	sluice(t, "build", dir).wantFailure(t, "no Go", "no Go toolchain found")
}

func TestInspectFails(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.wasm")
	cut := filepath.Join(dir, "cut.wasm")
	for name, content := range map[string]string{text: "name: x\n", cut: "\x00asm\x01\x00\x00\x00\x01\x20"} {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for file, want := range map[string]string{
		filepath.Join(dir, "none"): "no such file",
		dir:                        "is a directory",
		text:                       "a text file; give the .wasm file",
		cut:                        "truncated",
	} {
		sluice(t, "inspect", file).wantFailure(t, file, want)
	}
}
