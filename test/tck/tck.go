package tck

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/test/tck/cells"
)

// Options say how to reach a host and what to expect of it.
type Options struct {
	// Backends are the servers behind the host; Run needs them.
	Backends *Backends
	// TCP is the address, host:port, of a listener whose connections pass the
	// plugin with the configuration "tcp"; empty leaves out the phases of a
	// connection.
	TCP string
	// Envoy is the version whose answers are wanted, one of Versions; empty is
	// Newest.
	Envoy string
	// Restart brings the plugin back after a call that ended its VM or the
	// host, and returns when the host listens again, on the same addresses.
	// Nil waits for the host to do so itself.
	Restart func() error
	// ControlTCP hands a command to the plugin of connections and returns its
	// answer, for hosts that give it another VM than the plugin of requests:
	// the command is put into the shared queue cells.ControlQueue, the answer
	// is then in the shared data cells.ControlKey. Nil is for hosts where both
	// share a VM, as on Envoy: there a request brings it.
	ControlTCP func(command string) (string, error)
	// Every asks each so many'th call of a phase only, for a quick look: phases
	// begin at different calls, so that each call is asked in some. 0 and 1 ask
	// all.
	Every int
	// Explain says why the host may answer a cell otherwise than Envoy did;
	// empty is no reason. It is asked after the kit's own reasons, which are
	// in docs/tck.md. Nil explains nothing.
	Explain func(c Cell, want, got string) string
}

// Run asks the host at address, such as "http://127.0.0.1:8080", for every
// cell: a subtest for each phase, and in it one for each call. A cell that
// differs from Envoy's answer, without a reason, fails; it is asked three
// times first, since a busy machine can make an answer late.
func Run(t *testing.T, address string, o Options) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.Host == "" {
		t.Fatalf("the host's address %q is not of the form http://host:port", address)
	}
	if o.Backends == nil {
		t.Fatal("Options.Backends is not set: the kit can't see what goes upstream")
	}
	RunOn(t, &network{httpAddr: u.Host, tcpAddr: o.TCP, up: o.Backends, restart: o.Restart, controlTCP: o.ControlTCP}, o)
}

// RunOn is Run for a host that is reached otherwise than over the network. Of
// the options only Envoy, Every and Explain are used.
func RunOn(t *testing.T, e Engine, o Options) {
	t.Helper()
	if o.Envoy == "" {
		o.Envoy = Newest
	}
	want, err := Record(o.Envoy)
	if err != nil {
		t.Fatal(err)
	}
	c := &checker{runner: newRunner(e), want: want, explain: o.Explain}
	for p, phase := range phases(e) {
		t.Run(phase, func(t *testing.T) {
			for i, name := range calls(phase) {
				if asks(o.Every, p, i) {
					t.Run(name, func(t *testing.T) { c.check(t, Cell{phase, name}) })
				}
			}
		})
	}
	t.Log(c.String())
}

// asks reports whether a call, by number, is asked in a phase.
func asks(every, phase, call int) bool { return every < 2 || (call+phase)%every == 0 }

// calls are the names of what is done in a phase.
func calls(phase string) (names []string) {
	if cells.IsGRPC(phase) {
		for _, c := range cells.Conversations() {
			names = append(names, c.Name)
		}
		return names
	}
	for _, c := range cells.Calls() {
		names = append(names, c.Name)
	}
	return names
}

// phases returns the phases that an engine has.
func phases(e Engine) []string {
	all := slices.Concat(cells.RootPhases(), cells.HTTPPhases(), cells.GRPCPhases())
	if e.HasTCP() {
		all = append(all, cells.TCPPhases()...)
	}
	return all
}

// attempts is how often a cell is asked. A cell is a question over the network
// with a time-out: on a busy machine one in tens of thousands comes too late.
// An engine that answers otherwise does so each time.
// retries is how many cells may be asked again: a host that answers so many
// otherwise does so each time, and starting it again takes long.
const (
	attempts = 3
	retries  = 20
)

// checker compares a host's answers with those that are wanted.
type checker struct {
	*runner
	want            *Table
	explain         func(c Cell, want, got string) string
	same, explained int
	asked           int // again
	differ          []Cell
}

// check fails t if the host answers the cell otherwise, without a reason.
func (c *checker) check(t *testing.T, cell Cell) {
	want, known := c.want.Get(cell)
	if !known {
		t.Fatalf("%s has no answer of %s: record it with -update", cell, c.want.Title)
	}
	for attempt := 1; ; attempt++ {
		got := c.ask(cell)
		reason := c.reason(cell, want, got)
		switch {
		case got == want:
			c.same++
			return
		case reason != "":
			c.explained++
			t.Logf("explained: %s\n got %s\nwant %s", reason, got, want)
			return
		case attempt == attempts || c.asked == retries:
			c.differ = append(c.differ, cell)
			t.Errorf("%s, asked %d times\n got %s\nwant %s", cell, attempt, got, want)
			return
		}
		c.asked++
		if err := c.again(); err != nil {
			t.Fatalf("%s\n got %s\nwant %s\nand the host can't be asked again: %v", cell, got, want, err)
		}
	}
}

func (c *checker) reason(cell Cell, want, got string) string {
	if reason := explained(cell, want, got); reason != "" || c.explain == nil {
		return reason
	}
	return c.explain(cell, want, got)
}

// String is the sum of a run.
func (c *checker) String() string {
	names := make([]string, len(c.differ))
	for i, cell := range c.differ {
		names[i] = "\n  " + cell.String()
	}
	return fmt.Sprintf("%d cells as %s, %d explained, %d not%s",
		c.same, strings.TrimPrefix(c.want.Title, "Answers of "), c.explained, len(c.differ), strings.Join(names, ""))
}
