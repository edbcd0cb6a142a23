package conformance

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/conformance/cells"
	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

var update = flag.Bool("update", false, "write down what Envoy answers")

const (
	pluginDir = "test/conformance/testdata/plugin"
	expected  = "testdata/envoy-1.40.txt"
)

// TestEnvoy compares Envoy's answers with those that were written down.
func TestEnvoy(t *testing.T) {
	long(t)
	envoy := harness.OneEnvoy(t)
	got := Run(Envoy(t, envoy, harness.BuildPlugin(t, pluginDir)), "Answers of Envoy "+envoy.Version+", V8", nil)
	if *update {
		var b bytes.Buffer
		if err := got.Write(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(expected, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	compare(t, got)
}

// explained says why an engine may answer a cell otherwise than Envoy did;
// empty is no reason.
func explained(c Cell, want, got string) string {
	switch {
	case strings.HasPrefix(want, crashed):
		if got != crashed {
			return "the call takes an Envoy process down; every other answer is better"
		}
	case c.Call == "property.get.request.size" && (c.Phase == cells.CallInRequest || c.Phase == cells.TickInRequest):
		return "how much of the body has come while the headers wait depends on the time"
	case c.Call == "foreign.data":
		return "outside of OnForeignFunction Envoy shows what another buffer call left behind"
	case c.Phase == cells.UpstreamClose && strings.HasPrefix(c.Call, "close_"):
		return "Envoy closes before it has written data that came together with the end; elsewhere they come apart"
	}
	return ""
}

// compare fails for each cell that differs from what was written down.
func compare(t *testing.T, got *Table) {
	t.Helper()
	f, err := os.Open(expected)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, err := ReadTable(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range want.Cells() {
		w, _ := want.Get(c)
		if g, _ := got.Get(c); g != w && explained(c, w, g) == "" {
			t.Errorf("%s\n got %s\nwant %s", c, g, w)
		}
	}
	for _, c := range got.Cells() {
		if _, ok := want.Get(c); !ok {
			t.Errorf("%s is not in %s", c, expected)
		}
	}
}

// long marks a test that asks thousands of questions over the network. Most of
// the time is waiting, so these tests wait together.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("asks a gateway 7,800 questions; run without -short")
	}
	t.Parallel()
}

// TestCompiler compares the embedded gateway on wazero's compiler.
func TestCompiler(t *testing.T) {
	long(t)
	compare(t, Run(Embedded(t, harness.BuildPlugin(t, pluginDir), false), "compiler", nil))
}

// TestInterpreter compares the embedded gateway on wazero's interpreter.
func TestInterpreter(t *testing.T) {
	long(t)
	compare(t, Run(Embedded(t, harness.BuildPlugin(t, pluginDir), true), "interpreter", nil))
}

// TestNative compares sdk/plugintest.
func TestNative(t *testing.T) { compare(t, Run(Native(t), "native", nil)) }
