package conformance

import (
	"bytes"
	"flag"
	"os"
	"slices"
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
	e := Envoy(t, envoy, harness.BuildPlugin(t, pluginDir))
	if *update {
		got := Run(e, "Answers of Envoy "+envoy.Version+", V8", nil)
		var b bytes.Buffer
		if err := got.Write(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(expected, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	compare(t, e)
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

// attempts is how often a cell is asked. A cell is a question over the network
// with a time-out: on a busy machine one in tens of thousands comes too late.
// An engine that answers otherwise does so each time.
const attempts = 3

// compare asks an engine and fails for each cell that differs from what was
// written down.
func compare(t *testing.T, e Engine) {
	t.Helper()
	want := recorded(t)
	var wanted func(Cell) bool
	for attempt := 1; ; attempt++ {
		got := Run(e, "", wanted)
		wrong := differences(want, got, wanted)
		for _, c := range wrong {
			w, _ := want.Get(c)
			g, _ := got.Get(c)
			report := t.Errorf
			if attempt < attempts {
				report = t.Logf
			}
			report("%s, asked %d times\n got %s\nwant %s", c, attempt, g, w)
		}
		if len(wrong) == 0 || attempt == attempts {
			return
		}
		e.Restart()
		wanted = func(c Cell) bool { return slices.Contains(wrong, c) }
	}
}

// recorded returns the answers that were written down.
func recorded(t *testing.T) *Table {
	t.Helper()
	f, err := os.Open(expected)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := ReadTable(f)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// differences lists the asked cells that are otherwise than wanted, without an
// explanation, missing or unknown.
func differences(want, got *Table, asked func(Cell) bool) (wrong []Cell) {
	for _, c := range want.Cells() {
		w, _ := want.Get(c)
		g, _ := got.Get(c)
		if (asked == nil || asked(c)) && g != w && explained(c, w, g) == "" {
			wrong = append(wrong, c)
		}
	}
	for _, c := range got.Cells() {
		if _, known := want.Get(c); !known {
			wrong = append(wrong, c)
		}
	}
	return wrong
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
	compare(t, Embedded(t, harness.BuildPlugin(t, pluginDir), false))
}

// TestInterpreter compares the embedded gateway on wazero's interpreter.
func TestInterpreter(t *testing.T) {
	long(t)
	compare(t, Embedded(t, harness.BuildPlugin(t, pluginDir), true))
}

// TestNative compares sdk/plugintest.
func TestNative(t *testing.T) { compare(t, Native(t)) }
