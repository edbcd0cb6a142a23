package tck

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
	"github.com/sluiceproxy/sluice/test/tck/cells"
)

var (
	update = flag.Bool("update", false, "write down what Envoy answers")
	part   = flag.String("phases", "", "with -update: only phases whose names begin so; the others stay as they are")
	all    = flag.Bool("all", false, "ask the embedded gateways for every cell")
	envoys = flag.Bool("envoys", false, "ask all of $ENVOYS, not only the newest")
)

const pluginDir = "test/tck/plugin"

// TestEnvoy compares Envoy's answers with those that were written down, or
// writes them down.
func TestEnvoy(t *testing.T) {
	long(t)
	list := []harness.Envoy{harness.OneEnvoy(t)}
	if *envoys {
		list = harness.Envoys(t)
	}
	for _, envoy := range list {
		t.Run(envoy.String(), func(t *testing.T) {
			t.Parallel()
			version := minor(envoy.Version)
			e := newEnvoy(t, envoy)
			if *update {
				e := &network{httpAddr: e.http, tcpAddr: e.tcp, up: e.backends, restart: e.restart}
				write(t, version, answers(t, e, version, "Answers of Envoy "+envoy.Version+", V8"))
				return
			}
			if _, err := Record(version); err != nil {
				t.Skip(err)
			}
			Run(t, "http://"+e.http, Options{Backends: e.backends, TCP: e.tcp, Restart: e.restart, Envoy: version})
		})
	}
}

// answers asks for what is to be written, and takes the rest from what is known.
func answers(t *testing.T, e Engine, version, title string) *Table {
	t.Helper()
	if *part == "" {
		return Ask(e, title)
	}
	known, err := Record(version)
	if err != nil {
		t.Fatal(err)
	}
	var some []string
	for _, phase := range phases(e) {
		if strings.HasPrefix(phase, *part) {
			some = append(some, phase)
		}
	}
	return known.With(askPhases(e, title, some))
}

// minor is "1.40" for "1.40.0".
func minor(version string) string {
	parts := strings.Split(version, ".")
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// write keeps answers: those of Newest whole, of others what differs.
func write(t *testing.T, version string, got *Table) {
	t.Helper()
	if version != Newest {
		f, err := os.Open("record/envoy-" + Newest + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		newest, err := ReadTable(f)
		if err != nil {
			t.Fatal(err)
		}
		got = unexplained(got.Without(newest), newest)
		if own, err := readRecord(version); err == nil && *part != "" {
			got = own.With(got)
		}
	}
	var b bytes.Buffer
	if err := got.Write(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("record/envoy-"+version+".txt", b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// unexplained leaves out the answers that may differ anyway, unless one of them
// is a crash.
func unexplained(got, newest *Table) *Table {
	rest := NewTable(got.Title)
	for _, c := range got.Cells() {
		answer, _ := got.Get(c)
		other, _ := newest.Get(c)
		if strings.HasPrefix(answer, crashed) || strings.HasPrefix(other, crashed) || explained(c, other, answer) == "" {
			rest.Set(c, answer)
		}
	}
	return rest
}

// long marks a test that asks thousands of questions over the network. Most of
// the time is waiting, so these tests wait together.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("asks a gateway thousands of questions; run without -short")
	}
	t.Parallel()
}

// TestCompiler compares the embedded gateway on wazero's compiler.
func TestCompiler(t *testing.T) {
	long(t)
	onEmbedded(t, false)
}

// TestInterpreter compares the embedded gateway on wazero's interpreter.
func TestInterpreter(t *testing.T) {
	long(t)
	onEmbedded(t, true)
}

// TestNative compares sdk/plugintest.
func TestNative(t *testing.T) {
	RunOn(t, newNative(t), Options{Explain: func(c Cell, _, got string) string {
		switch {
		case got == cells.NeedsModule:
			return "a call that no SDK makes has no meaning without a module"
		case strings.HasSuffix(c.Call, "_trailers.add.long_value"):
			return "the kit's servers and clients refuse long trailers; natively there are none"
		}
		return ""
	}})
}
