package agent

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/sluiceproxy/sluice/deliver/prepare"
	"github.com/sluiceproxy/sluice/deploy/xds"
)

// TestRoom: Envoys that come with another id each time don't use up the places;
// those that are connected keep theirs.
func TestRoom(t *testing.T) {
	var mu sync.Mutex
	var told []Event
	count := func(is func(Event) bool) (n int) {
		mu.Lock()
		defer mu.Unlock()
		for _, e := range told {
			if is(e) {
				n++
			}
		}
		return n
	}
	socket := filepath.Join(t.TempDir(), "s")
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- Run(ctx, Options{Server: "127.0.0.1:1", Listen: "unix:" + socket, Prepare: prepare.Options{Dir: t.TempDir()}, OnEvent: func(e Event) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, e)
		}})
	}()
	t.Cleanup(func() { cancel(); <-done })
	isReady := func(e Event) bool { _, ok := e.(Ready); return ok }
	eventually(t, "the agent", func() bool { return count(isReady) == 1 })
	conn, err := grpc.NewClient("unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	visit := func(id string) (leave func()) {
		ctx, cancel := context.WithCancel(ctx)
		g, err := discoveryv3.NewAggregatedDiscoveryServiceClient(conn).DeltaAggregatedResources(ctx)
		if err == nil {
			err = g.Send(&discoveryv3.DeltaDiscoveryRequest{Node: &corev3.Node{Id: id}, TypeUrl: string(xds.Extensions), ResourceNamesSubscribe: []string{"x"}})
		}
		if err != nil {
			t.Fatal(err)
		}
		return cancel
	}
	connected := func(id string) {
		t.Helper()
		eventually(t, id, func() bool {
			return count(func(e Event) bool { c, ok := e.(Connected); return ok && c.Node == id }) > 0
		})
	}
	defer visit("stays")()
	connected("stays")
	for i := range maxNodes + 20 {
		id := fmt.Sprint("n", i)
		leave := visit(id)
		connected(id)
		leave()
		eventually(t, id+" to leave", func() bool {
			return count(func(e Event) bool { d, ok := e.(Disconnected); return ok && d.Node == id }) > 0
		})
	}
	if n := count(func(e Event) bool { w, ok := e.(Warning); return ok && strings.Contains(w.Text, "at most") }); n > 0 {
		t.Errorf("%d nodes got no place", n)
	}
	if n := count(func(e Event) bool { d, ok := e.(Disconnected); return ok && d.Node == "stays" }); n > 0 {
		t.Error("a node that is connected has lost its place")
	}
}
