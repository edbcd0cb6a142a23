package filter_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// A module whose plugins don't wait links nothing that waiting needs.
func TestModules(t *testing.T) {
	if testing.Short() {
		t.Skip("builds two modules; run without -short")
	}
	waits, plain := module(t, "test/e2e/testdata/filters"), module(t, "plugins/demo")
	const name = "sdk/internal/coroutine."
	if !bytes.Contains(waits, []byte(name)) {
		t.Error("names of functions can't be found in a module, so this test shows nothing")
	}
	if bytes.Contains(plain, []byte(name)) || bytes.Contains(plain, []byte("iter.Pull")) {
		t.Error("a plugin without WithCalls links coroutines")
	}
	t.Logf("%d bytes with calls, %d without", len(waits), len(plain))
}

func module(t *testing.T, dir string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "main.wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", path, "./"+dir)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	code, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return code
}
