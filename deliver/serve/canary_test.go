package serve

import (
	"errors"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deliver/rollout"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/report"
)

// TestCanaryLife: a version is offered, judged, rolled back, remembered, and promoted
// by hand.
func TestCanaryLife(t *testing.T) {
	state := t.TempDir()
	m, err := openMemory(state)
	if err != nil {
		t.Fatal(err)
	}
	prep, err := prepare.New(prepare.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	e := &entry{name: "web.x", spec: wasmplugin.Plugin{Name: "x", Namespace: "web", Annotations: map[string]string{"sluice.dev/canary": "10%"}}}
	s := &server{o: Options{OnEvent: func(Event) {}}, memory: m, prep: prep, entries: map[string]*entry{"web.x": e}, sorted: []*entry{e}}
	s.xds = xds.New(xds.Options{Want: s.want})
	one, two := made(t, "1"), made(t, "2")
	if s.offer(e, one, time.Now()) != nil || e.newest() != one {
		t.Fatal("the first version must take over at once")
	}
	one.good = true
	if events := s.offer(e, two, time.Now()); len(events) != 1 || e.newest() != one {
		t.Fatalf("told %+v", events)
	}
	node := xds.Node{Version: "1.40.0"}
	no := func(string, string) bool { return false }
	both, ok := e.resource(node, no)
	if !ok || both.Version == one.id || both.Version == two.id {
		t.Errorf("no split: %+v", both)
	}
	if r, _ := e.resource(node, func(_, version string) bool { return version == both.Version }); r.Version != one.id {
		t.Error("an Envoy that has refused the split must get the stable version")
	}
	var bad []report.Request
	for range 20 {
		bad = append(bad, report.Request{Versions: map[string]string{"web.x": two.id, "web.other": "x"}, Code: 500})
	}
	s.reported(bad)
	if e.canary.state.Phase != rollout.RolledBack || e.canary.canary.Requests != 20 {
		t.Fatalf("state %+v", e.canary.state)
	}
	if r, _ := e.resource(node, no); r.Version != one.id {
		t.Error("rolled back, and not the stable version")
	}
	if s.memory, err = openMemory(state); err != nil { // a restart
		t.Fatal(err)
	}
	e.canary = nil
	s.offer(e, two, time.Now())
	if e.canary.state.Phase != rollout.RolledBack || e.newest() != one {
		t.Errorf("tried again: %+v", e.canary.state)
	}
	if _, err := s.byHand("x", false); !errors.Is(err, ErrNoCanary) {
		t.Errorf("aborted twice: %v", err)
	}
	if _, err := s.byHand("y", true); !errors.Is(err, ErrNoPlugin) {
		t.Errorf("another name: %v", err)
	}
	if got, err := s.byHand("x", true); err != nil || got.Phase != "promoted" || e.newest() != two || e.canary != nil {
		t.Errorf("promoted: %+v, %v", got, err)
	}
}
