package depcheck

import (
	"os"
	"os/exec"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// Everything below sdk compiles for the gateway as well as for this machine,
// where the other tests compile it.
func TestGuestCompiles(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the SDK for wasip1")
	}
	cmd := exec.Command("go", "build", "./sdk/...")
	cmd.Dir = harness.Root(t)
	cmd.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("GOOS=wasip1 GOARCH=wasm go build ./sdk/...: %v\n%s", err, out)
	}
}
