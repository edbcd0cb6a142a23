package chain

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/test/e2e/harness"
)

// settle is how long after a change both of Envoy's workers may still answer as
// before.
const settle = time.Second

// Change is a change of a plugin that runs.
type Change struct {
	// Kind groups the times in what Reload logs: "configuration", "tag".
	Kind string
	// Apply makes the change.
	Apply func()
	// Label is what the plugin calls itself after it.
	Label string
}

// Reload makes changes one after the other, while requests go over a number of
// connections, and fails where a request does, a connection ends, the plugin of
// before answers again, or Envoy gets a new listener. It logs how long each
// kind of change took, from the apply to the first answer of the new version.
func Reload(t testing.TB, s *Stack, connections int, timeout time.Duration, changes []Change) {
	t.Helper()
	listeners := s.Gateway.Stats("listener_manager.listener_")
	load := StartLoad(t, harness.Addr(s.Gateway.Port), connections, 5*time.Millisecond)
	took := map[string][]time.Duration{}
	for i, c := range changes {
		begin := time.Now()
		c.Apply()
		first, err := load.Wait(c.Label, timeout)
		if err != nil {
			t.Errorf("change %d, %s: %v", i, c.Kind, err)
			break
		}
		took[c.Kind] = append(took[c.Kind], first.Sub(begin))
		time.Sleep(settle)
		load.mark(c.Label)
	}
	r := load.Stop()
	for kind, times := range took {
		slices.Sort(times)
		t.Logf("%-14s %2d changes, apply to first answer: p50 %s, worst %s", kind, len(times),
			times[len(times)/2].Round(time.Millisecond), times[len(times)-1].Round(time.Millisecond))
	}
	t.Logf("%d requests over %d connections, slowest %s", r.Requests, connections, r.Slowest.Round(time.Millisecond))
	if r.Requests == 0 || r.Failed > 0 || r.Reconnects > 0 {
		t.Errorf("%d requests, %d failed, %d connections opened again; the first: %q", r.Requests, r.Failed, r.Reconnects, r.Failures)
	}
	if after := s.Gateway.Stats("listener_manager.listener_"); fmt.Sprint(after) != fmt.Sprint(listeners) {
		t.Errorf("Envoy's listeners changed: before %v, after %v", listeners, after)
	}
}
