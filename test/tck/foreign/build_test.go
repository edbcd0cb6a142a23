package foreign

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// crateVersion is the last release of proxy-wasm whose crate has its examples.
const crateVersion = "0.2.0"

// tools skips the test where one of the tools is missing: compilers of other
// languages are nothing that continuous integration has.
func tools(t *testing.T, how string, names ...string) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds with another language's compiler; run without -short")
	}
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is missing: %s", name, how)
		}
	}
}

// try runs a tool in dir and skips the test if it fails, as it does without a
// network.
func try(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("%s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return string(out)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// crateExamples builds the examples in the crate proxy-wasm and returns the
// directory of the modules.
func crateExamples(t *testing.T) string {
	t.Helper()
	tools(t, "install Rust, then rustup target add wasm32-wasip1", "cargo", "rustc")
	libs := try(t, ".", nil, "rustc", "--print", "target-libdir", "--target", "wasm32-wasip1")
	if _, err := os.Stat(strings.TrimSpace(libs)); err != nil {
		t.Skip("Rust has no target wasm32-wasip1: rustup target add wasm32-wasip1")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "src", "lib.rs"), "")
	write(t, filepath.Join(dir, "Cargo.toml"), "[package]\nname = \"fetch\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[dependencies]\nproxy-wasm = \"="+crateVersion+"\"\n")
	var meta struct {
		Packages []struct {
			Name         string
			ManifestPath string `json:"manifest_path"`
		}
	}
	if err := json.Unmarshal([]byte(try(t, dir, nil, "cargo", "metadata", "--format-version", "1")), &meta); err != nil {
		t.Fatal(err)
	}
	for _, p := range meta.Packages {
		if p.Name == "proxy-wasm" {
			return buildExamples(t, filepath.Dir(p.ManifestPath))
		}
	}
	t.Fatal("cargo knows no proxy-wasm")
	return ""
}

// buildExamples builds a copy of the crate: the registry's may not be written to.
func buildExamples(t *testing.T, crate string) string {
	t.Helper()
	dir, target := t.TempDir(), t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(crate)); err != nil {
		t.Fatal(err)
	}
	try(t, dir, []string{"CARGO_TARGET_DIR=" + target}, "cargo", "build", "--quiet", "--release", "--examples", "--target", "wasm32-wasip1")
	return filepath.Join(target, "wasm32-wasip1", "release", "examples")
}

// assemblyScript builds the plugin in testdata/assemblyscript.
func assemblyScript(t *testing.T) []byte {
	t.Helper()
	tools(t, "install Node.js", "node", "npm", "npx")
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/assemblyscript")); err != nil {
		t.Fatal(err)
	}
	try(t, dir, nil, "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts")
	try(t, dir, nil, "npx", "asc", "index.ts", "-b", "out.wasm", "--use", "abort=abort_proc_exit", "--optimize")
	return read(t, filepath.Join(dir, "out.wasm"))
}

// assemble turns a module's text into bytes.
func assemble(t *testing.T, file string) []byte {
	t.Helper()
	if _, err := exec.LookPath("wat2wasm"); err != nil {
		harness.Missing(t, "wat2wasm", "install the WebAssembly Binary Toolkit (Debian: apt-get install wabt)")
	}
	out := filepath.Join(t.TempDir(), "out.wasm")
	if b, err := exec.Command("wat2wasm", file, "-o", out).CombinedOutput(); err != nil {
		t.Fatalf("wat2wasm %s: %v\n%s", file, err, b)
	}
	return read(t, out)
}
