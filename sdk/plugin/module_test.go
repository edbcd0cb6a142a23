package plugin_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sluiceproxy/sluice/build"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// closedCall is what net/http brings and gateways before Envoy 1.39 refuse.
const closedCall = "wasi_snapshot_preview1.path_filestat_get"

// What the handler style costs: what a module with it has that one without it
// has not, and what `sluice build` does about it.
func TestModule(t *testing.T) {
	if testing.Short() {
		t.Skip("builds modules; run without -short")
	}
	plain, err := os.ReadFile(harness.BuildPlugin(t, "plugins/hello-world"))
	if err != nil {
		t.Fatal(err)
	}
	handlers, err := os.ReadFile(harness.BuildPlugin(t, "sdk/plugin/testdata/guide"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"net/http.", "sdk/plugin."} {
		if !bytes.Contains(handlers, []byte(name)) {
			t.Errorf("names of functions can't be found in a module (%s), so this test shows nothing", name)
		}
		if bytes.Contains(plain, []byte(name)) {
			t.Errorf("a plugin on the wrapper links %s", name)
		}
	}
	if !bytes.Contains(handlers, []byte("path_filestat_get")) {
		t.Error("net/http brings no call that has to be closed: the documents say it does")
	}
	more := len(handlers) - len(plain)
	t.Logf("handlers add %d to %d bytes", more, len(plain))
	if more < 1_500_000 || more > 4_000_000 {
		t.Errorf("handlers add %d bytes, the documents say about 2.8 MB", more)
	}
	r, err := build.Build(context.Background(), build.Options{Dir: "testdata/guide", Output: filepath.Join(t.TempDir(), "main.wasm")})
	if err != nil || !slices.Contains(r.Closed, closedCall) {
		t.Fatalf("closed %v, %v", r, err)
	}
	if _, err := build.Inspect(r.Code); err != nil {
		t.Error(err)
	}
}
