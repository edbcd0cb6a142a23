package serve

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// TestModulesAreTheirText: the modules that are kept are what wabt makes of the
// text beside them.
func TestModulesAreTheirText(t *testing.T) {
	tool, err := exec.LookPath("wat2wasm")
	if err != nil {
		harness.Missing(t, "wat2wasm", "install the WebAssembly Binary Toolkit (Debian: apt-get install wabt)")
	}
	texts, err := filepath.Glob("testdata/*.wat")
	if err != nil || len(texts) == 0 {
		t.Fatalf("%d texts, %v", len(texts), err)
	}
	for _, text := range texts {
		out := filepath.Join(t.TempDir(), "out.wasm")
		if said, err := exec.Command(tool, text, "-o", out).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", text, err, said)
		}
		got, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := os.ReadFile(text[:len(text)-len(".wat")] + ".wasm")
		if err != nil || !bytes.Equal(got, kept) {
			t.Errorf("%s is another module than the one beside it: run wat2wasm (%v)", text, err)
		}
	}
}
