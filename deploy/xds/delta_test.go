package xds

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"

	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// deltaNode speaks the incremental form.
type deltaNode struct {
	t    *testing.T
	g    discoveryv3.AggregatedDiscoveryService_DeltaAggregatedResourcesClient
	in   chan *discoveryv3.DeltaDiscoveryResponse
	sent bool
}

func (p *plan) delta() *deltaNode {
	ctx, cancel := context.WithCancel(context.Background())
	p.t.Cleanup(cancel)
	g, err := discoveryv3.NewAggregatedDiscoveryServiceClient(p.conn).DeltaAggregatedResources(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	n := &deltaNode{t: p.t, g: g, in: make(chan *discoveryv3.DeltaDiscoveryResponse, 10)}
	go func() {
		for {
			r, err := g.Recv()
			if err != nil {
				return
			}
			n.in <- r
		}
	}()
	return n
}

func (n *deltaNode) send(r *discoveryv3.DeltaDiscoveryRequest) {
	n.t.Helper()
	if !n.sent {
		r.Node, n.sent = &corev3.Node{Id: "d"}, true
	}
	if err := n.g.Send(r); err != nil {
		n.t.Fatal(err)
	}
}

// get waits for an answer with these resources, and accepts it unless reasons say
// no.
func (n *deltaNode) get(reasons map[string]string, names ...string) *discoveryv3.DeltaDiscoveryResponse {
	n.t.Helper()
	select {
	case r := <-n.in:
		var got []string
		for _, x := range r.Resources {
			got = append(got, x.Name)
		}
		if !slices.Equal(got, names) {
			n.t.Fatalf("got %q, want %q", got, names)
		}
		answer := &discoveryv3.DeltaDiscoveryRequest{TypeUrl: r.TypeUrl, ResponseNonce: r.Nonce}
		remote.Refuse(answer, reasons)
		n.send(answer)
		return r
	case <-time.After(10 * time.Second):
		n.t.Fatal("no answer")
		return nil
	}
}

func (n *deltaNode) none() {
	n.t.Helper()
	select {
	case r := <-n.in:
		n.t.Fatalf("an answer that nobody waits for: %v", r)
	case <-time.After(100 * time.Millisecond):
	}
}

// TestDelta: one resource at a time, removals of whole types, and names that are
// asked for later.
func TestDelta(t *testing.T) {
	p := newPlan(t, Wanted{Extensions: made(t, "a", "a1", "b", "b1"), Clusters: made(t, "c1", "c", "c2", "c")})
	n := p.delta()
	n.send(&discoveryv3.DeltaDiscoveryRequest{TypeUrl: string(Clusters)})
	n.get(nil, "c1", "c2")
	n.send(&discoveryv3.DeltaDiscoveryRequest{TypeUrl: string(Extensions), ResourceNamesSubscribe: []string{"a"}})
	n.get(nil, "a")
	n.send(&discoveryv3.DeltaDiscoveryRequest{TypeUrl: string(Extensions), ResourceNamesSubscribe: []string{"b"}})
	n.get(nil, "b")
	n.none()
	p.want(Wanted{Extensions: made(t, "a", "a2", "b", "b2"), Clusters: made(t, "c2", "c")})
	if r := n.get(nil); !slices.Equal(r.RemovedResources, []string{"c1"}) {
		t.Errorf("removed %q", r.RemovedResources)
	}
	n.get(nil, "a")
	n.get(nil, "b")
	n.none()
	n.send(&discoveryv3.DeltaDiscoveryRequest{TypeUrl: string(Extensions), ResourceNamesUnsubscribe: []string{"b"}})
	eventually(t, "b to be dropped", func() bool {
		return !slices.ContainsFunc(p.s.Nodes()[0].Resources, func(r ResourceStatus) bool { return r.Name == "b" })
	})
	p.want(Wanted{Extensions: made(t, "a", "a2", "b", "b3"), Clusters: made(t, "c2", "c")})
	n.none()
}

// TestDeltaReconnect: what the node has already is not sent.
func TestDeltaReconnect(t *testing.T) {
	w := Wanted{Extensions: made(t, "a", "a1", "b", "b1")}
	p := newPlan(t, w)
	n := p.delta()
	n.send(&discoveryv3.DeltaDiscoveryRequest{TypeUrl: string(Extensions), ResourceNamesSubscribe: []string{"a", "b"},
		InitialResourceVersions: map[string]string{"a": w[Extensions][0].Version, "b": "older"}})
	n.get(nil, "b")
	n.none()
	eventually(t, "the status", func() bool { return p.s.Nodes()[0].Resources[0].State == Running })
}

// TestAgentTriesAgain: an agent tells the reason for a resource, and takes its
// refusal back when it could do it later.
func TestAgentTriesAgain(t *testing.T) {
	p := newPlan(t, Wanted{Extensions: made(t, "a", "a1")})
	n := p.delta()
	n.send(&discoveryv3.DeltaDiscoveryRequest{TypeUrl: string(Extensions), ResourceNamesSubscribe: []string{"a"}})
	r := n.get(map[string]string{"a": "the registry is down"}, "a")
	eventually(t, "the refusal", func() bool {
		s := p.s.Nodes()[0].Resources[0]
		return s.State == Denied && s.Reason == "the registry is down"
	})
	n.send(&discoveryv3.DeltaDiscoveryRequest{TypeUrl: string(Extensions), ResponseNonce: r.Nonce})
	eventually(t, "it to run", func() bool { return p.s.Nodes()[0].Resources[0].State == Running })
	n.none()
}

// TestFirstSetPartlyRefused: of a whole type, what the reason doesn't name runs.
func TestFirstSetPartlyRefused(t *testing.T) {
	p := newPlan(t, Wanted{Listeners: made(t, "x", "x1", "y", "y1")})
	n := p.delta()
	n.send(&discoveryv3.DeltaDiscoveryRequest{TypeUrl: string(Listeners)})
	n.get(map[string]string{"y": "no"}, "x", "y")
	eventually(t, "both answers", func() bool {
		states := map[string]State{}
		for _, r := range p.s.Nodes()[0].Resources {
			states[r.Name] = r.State
		}
		return maps.Equal(states, map[string]State{"x": Running, "y": Denied})
	})
	n.none()
}
