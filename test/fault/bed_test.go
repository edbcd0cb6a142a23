package fault

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// patience bounds every wait: what takes longer hangs.
const patience = 30 * time.Second

// plugin is one link of the chain under test: a directory of testdata, and its
// configuration.
type plugin struct{ name, dir, config string }

// setup says what a bed starts with.
type setup struct {
	plugins []plugin
	workers int
	// limit is that of the watchdog on Envoy; the embedded gateway lets one callback
	// run for a quarter of it. 0 is as "sluice run" has it, negative is no limit.
	limit time.Duration
}

// faults is the chain of most cases.
func faults() []plugin { return []plugin{{"faults", "faults", `{"name":"one"}`}} }

// plain is the gateway of most cases: one VM, as users run it.
func plain() setup { return setup{plugins: faults(), workers: 1} }

// limited has two VMs, and ends callbacks that take too long.
func limited() setup { return setup{plugins: faults(), workers: 2, limit: 8 * time.Second} }

// bed is a gateway with plugins in front of the backend.
type bed struct {
	testing.TB
	backing
	engine  string
	log     *lines
	access  *lines
	backend *backend
	chain   *[]plugin // what serves
}

// backing is what the engines differ in.
type backing interface {
	// addr is where clients connect to.
	addr() string
	// apply makes other plugins serve.
	apply(plugins []plugin) error
	// metric is the sum of a plugin's metric over all VMs.
	metric(name string) uint64
	// pid is the process that the plugins run in.
	pid() int
	// ended is closed when the gateway has ended by itself; why says more.
	ended() <-chan struct{}
	why() error
	close()
}

// engines are the columns of the table.
var engines = []string{"embedded", "envoy"}

// newBed starts an engine; it ends with the test.
func newBed(t testing.TB, engine string, s setup) *bed {
	t.Helper()
	b := &bed{TB: t, engine: engine, log: &lines{}, access: &lines{}, backend: newBackend(t), chain: &s.plugins}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var err error
	if engine == "embedded" {
		b.backing, err = startEmbedded(ctx, b, s)
	} else {
		b.backing, err = startEnvoy(ctx, b, s)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		b.close()
		if t.Failed() {
			t.Logf("end of the log of %s:\n%s", engine, b.log.tail(30))
		}
	})
	return b
}

// apply makes other plugins serve.
func (b *bed) apply(plugins []plugin) error {
	err := b.backing.apply(plugins)
	if err == nil {
		*b.chain = plugins
	}
	return err
}

// serve makes sure that those plugins serve.
func (b *bed) serve(plugins []plugin) {
	b.Helper()
	if slices.Equal(*b.chain, plugins) {
		return
	}
	if err := b.apply(plugins); err != nil {
		b.Fatal(err)
	}
}

// code returns the module of a plugin in testdata.
func code(t testing.TB, dir string) []byte {
	t.Helper()
	b, err := os.ReadFile(harness.BuildPlugin(t, "test/fault/testdata/"+dir))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// lines collects a log.
type lines struct {
	mu   sync.Mutex
	list []string
	off  bool
}

func (l *lines) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.off {
		l.list = append(l.list, line)
	}
}

// ignore drops what comes, or collects it again.
func (l *lines) ignore(on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.off = on
}

func (l *lines) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.list...)
}

// tail is the last n lines, cut to a readable length.
func (l *lines) tail(n int) string {
	all := l.all()
	var out []string
	for _, line := range all[max(0, len(all)-n):] {
		out = append(out, line[:min(len(line), 300)])
	}
	return strings.Join(out, "\n")
}

// mark is a position in the log, for since.
func (l *lines) mark() int { return len(l.all()) }

// waitFor waits until a line behind from has every part, and returns it.
func (l *lines) waitFor(t testing.TB, from int, parts ...string) string {
	t.Helper()
	var found string
	eventually(t, "a log line with "+strings.Join(parts, " and "), func() bool {
		for _, line := range l.all()[from:] {
			if hasAll(line, parts) {
				found = line
				return true
			}
		}
		return false
	})
	return found
}

func hasAll(line string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(line, p) {
			return false
		}
	}
	return true
}

// eventually waits until ok; the test fails after patience.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s in vain for %s", patience, what)
		}
	}
}
