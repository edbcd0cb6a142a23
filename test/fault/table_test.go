package fault

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fault is a case of the list: what somebody does, and what comes of it.
type fault struct {
	n    int    // the number in the list
	name string // the case
	// sees is what client and log see, as run returns it; envoy the same where
	// Envoy differs.
	sees, envoy string
	// log are parts of one line that the gateway must log, metric a counter that
	// must grow by one.
	log    []string
	metric string
	run    func(b *bed) string
	// chain is for a case that needs other plugins than most, or nil.
	chain []plugin
	// limited is for a case that needs two VMs or a limit on their time.
	limited bool
	// kills says that the VM, or the gateway, doesn't outlive the case.
	kills bool
}

// want is what the case expects of an engine.
func (f fault) want(engine string) string {
	if engine == "envoy" && f.envoy != "" {
		return f.envoy
	}
	return f.sees
}

// table is the list, in order.
func table() []fault {
	var all []fault
	for _, part := range [][]fault{
		panics(), holds(), callouts(), aborts(), injections(), pairCounts(), statuses(), jsonBombs(), bodies(), lengths(),
		disguises(), identities(), configurations(), storms(), ticks(), memory(), loops(), toolchain(), elsewhere(), patterns(), logs(),
	} {
		all = append(all, part...)
	}
	return all
}

// TestFaults runs every case on every engine. Most share a gateway, and run while
// others use it, who must notice nothing.
func TestFaults(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			b := newBed(t, engine, plain())
			others := b.others()
			vm := b.op("vm").String()
			run(t, func(f fault) bool { return f.chain == nil && !f.limited }, func(t *testing.T, f fault) {
				f.check(b.within(t))
				if got := b.within(t).op("vm").String(); got != vm && !f.kills {
					t.Errorf("the VM was replaced: %s, before %s", got, vm)
				}
			})
			others.stop(t)
			run(t, func(f fault) bool { return f.chain != nil && !f.limited }, func(t *testing.T, f fault) {
				b.within(t).serve(f.chain)
				f.check(b.within(t))
			})
		})
		t.Run(engine+", limited", func(t *testing.T) {
			b := newBed(t, engine, limited())
			run(t, func(f fault) bool { return f.limited }, func(t *testing.T, f fault) { f.check(b.within(t)) })
		})
	}
}

// run runs the cases that which chooses, those with the same plugin together.
func run(t *testing.T, which func(fault) bool, check func(t *testing.T, f fault)) {
	all := table()
	slices.SortStableFunc(all, func(a, b fault) int { return strings.Compare(a.dir(), b.dir()) })
	for _, f := range all {
		if f.run != nil && which(f) {
			t.Run(fmt.Sprintf("%d %s", f.n, f.name), func(t *testing.T) { check(t, f) })
		}
	}
}

// dir is the plugin that the case needs.
func (f fault) dir() string {
	if f.chain == nil {
		return "faults"
	}
	return f.chain[0].dir
}

// within is the bed for a subtest.
func (b *bed) within(t testing.TB) *bed {
	return &bed{TB: t, backing: b.backing, engine: b.engine, log: b.log, access: b.access, backend: b.backend, chain: b.chain}
}

func (f fault) check(b *bed) {
	from, before := b.log.mark(), uint64(0)
	if f.metric != "" {
		before = b.metric(f.metric)
	}
	start := time.Now()
	if got, want := f.run(b), f.want(b.engine); got != want {
		b.Errorf("got  %s\nwant %s", got, want)
	}
	b.Logf("took %s", time.Since(start).Round(time.Millisecond))
	if f.log != nil {
		if line := b.log.waitFor(b, from, f.log...); strings.ContainsAny(line, "\n\x1b") {
			b.Errorf("the log line is not one line: %q", line)
		}
	}
	if f.metric != "" {
		eventually(b, "metric "+f.metric, func() bool { return b.metric(f.metric) >= before+1 })
		if got := b.metric(f.metric); got != before+1 {
			b.Errorf("metric %s grew by %d, want 1", f.metric, got-before)
		}
	}
	if f.kills {
		return
	}
	if got := b.send(request{}).String(); got != "200 from upstream" {
		b.Errorf("the next request got %s", got)
	}
}

// others are clients that do nothing wrong.
type others struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
	mu     sync.Mutex
	sent   int
	bad    []string
}

// others starts them.
func (b *bed) others() *others {
	ctx, cancel := context.WithCancel(context.Background())
	o := &others{cancel: cancel}
	for range 2 {
		o.done.Add(1)
		go func() {
			defer o.done.Done()
			for ctx.Err() == nil {
				bounded, cancel := context.WithTimeout(context.Background(), patience)
				got := exchange(bounded, b.addr(), request{}).String()
				cancel()
				o.mu.Lock()
				if o.sent++; got != "200 from upstream" {
					o.bad = append(o.bad, got)
				}
				o.mu.Unlock()
				select {
				case <-ctx.Done():
				case <-time.After(10 * time.Millisecond):
				}
			}
		}()
	}
	return o
}

// stop ends them; the test fails if one of them noticed anything.
func (o *others) stop(t testing.TB) {
	o.cancel()
	o.done.Wait()
	if len(o.bad) > 0 || o.sent == 0 {
		t.Errorf("of %d requests beside the faults, %d were harmed: %.500q", o.sent, len(o.bad), o.bad)
	}
	t.Logf("%d requests beside the faults, none was harmed", o.sent-len(o.bad))
}

// ask is a run that sends a GET with an operation.
func ask(op string) func(b *bed) string {
	return func(b *bed) string { return b.op(op).String() }
}

// send is a run that sends a POST with an operation and five bytes.
func send(op string) func(b *bed) string {
	return func(b *bed) string { return b.post(op, "hello").String() }
}
