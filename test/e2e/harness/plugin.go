package harness

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// modules remembers what BuildPlugin built in this test binary, by directory:
// linking takes about a second, and many tests want the same plugin.
var modules sync.Map

// BuildPlugin compiles the plugin in dir, relative to the repository's root,
// with nothing but the Go toolchain, and returns the path of a main.wasm of
// the test's own, which it may change. A plugin is built once a test binary.
func BuildPlugin(t testing.TB, dir string) string {
	t.Helper()
	root := Root(t)
	build, _ := modules.LoadOrStore(dir, sync.OnceValues(func() ([]byte, error) {
		return buildPlugin(root, dir)
	}))
	code, err := build.(func() ([]byte, error))()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "main.wasm")
	if err := os.WriteFile(path, code, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// buildPlugin returns the module that plain go build makes of root/dir.
func buildPlugin(root, dir string) ([]byte, error) {
	tmp, err := os.MkdirTemp("", "sluice-plugin")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	file := filepath.Join(tmp, "main.wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", file, "./"+filepath.ToSlash(dir))
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the plugin in %s: %w\n%s", dir, err, out)
	}
	return os.ReadFile(file)
}
