package agent

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/upstream"
)

// TestForgetGone: what is kept of an Envoy goes when it has been away for long, be
// it readable or not; what is kept of one that is connected stays however old it is.
func TestForgetGone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	a := &Agent{ctx: ctx, nodes: map[string]*node{}, o: Options{Dir: t.TempDir(), Forget: time.Hour, OnEvent: func(e Event) { t.Errorf("%+v", e) }}}
	now := time.Now()
	keep := func(id string, age time.Duration) string {
		t.Helper()
		file := a.statePath(id)
		if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
		return file
	}
	add := func(id string, streams ...uint64) *node {
		n := newNode(a, id)
		for _, s := range streams {
			n.streams[s] = map[xds.Type]upstream.Asked{}
		}
		a.nodes[id] = n
		go n.run()
		return n
	}
	add("connected", 1)
	idle := add("idle")
	add("back lately")
	left := map[string]bool{
		keep("connected", 2*time.Hour): true, keep("idle", 2*time.Hour): false, keep("of an earlier process", 2*time.Hour): false,
		keep("back lately", 59*time.Minute): true, keep("gone lately", 59*time.Minute): true,
	}
	other := filepath.Join(a.o.Dir, "notes.txt")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(other, time.Unix(0, 0), time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	left[other] = true
	a.forgetGone(now)
	for file, want := range left {
		if _, err := os.Stat(file); (err == nil) != want {
			t.Errorf("%s: %v, want it to stay: %v", filepath.Base(file), err, want)
		}
	}
	if a.find("idle") != nil || idle.ctx.Err() == nil {
		t.Error("a node whose memory is gone is still there")
	}
	if a.find("connected") == nil || a.find("back lately") == nil {
		t.Error("a node was given up")
	}
	a.forgetGone(now.Add(59 * time.Minute)) // the connection was noted
	if _, err := os.Stat(a.statePath("connected")); err != nil {
		t.Error(err)
	}
}
