package tck

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// PluginPackage is the import path of the kit's plugin.
const PluginPackage = "github.com/sluiceproxy/sluice/test/tck/plugin"

// BuildPlugin builds the kit's plugin with the Go toolchain and returns the
// path of the module, which is the test's own. The test's Go module must
// require the one that this package is in.
func BuildPlugin(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tck.wasm")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", path, PluginPackage)
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", PluginPackage, err, out)
	}
	return path
}
