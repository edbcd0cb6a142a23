package xds

import (
	"context"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// plan is a control plane whose wishes a test changes.
type plan struct {
	t      *testing.T
	s      *Server
	conn   *grpc.ClientConn
	mu     sync.Mutex
	wanted Wanted
	events []Event
}

func newPlan(t *testing.T, w Wanted) *plan {
	p := &plan{t: t, wanted: w}
	p.s = New(Options{Want: func(Node) Wanted {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.wanted
	}, OnEvent: func(e Event) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.events = append(p.events, e)
	}})
	l := bufconn.Listen(1 << 20)
	g := grpc.NewServer()
	p.s.Register(g)
	go func() { _ = g.Serve(l) }()
	conn, err := grpc.NewClient("passthrough:///test", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	p.conn = conn
	t.Cleanup(func() { conn.Close(); g.Stop() })
	return p
}

// want changes what is wanted.
func (p *plan) want(w Wanted) {
	p.mu.Lock()
	p.wanted = w
	p.mu.Unlock()
	p.s.Changed()
}

// told are the events that keep accepts.
func (p *plan) told(keep func(Event) bool) (out []Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.events {
		if keep(e) {
			out = append(out, e)
		}
	}
	return out
}

// made makes resources of a type out of names and contents in turn.
func made(t *testing.T, words ...string) (out []Resource) {
	t.Helper()
	for i := 0; i < len(words); i += 2 {
		r, err := NewResource(words[i], wrapperspb.String(words[i+1]))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// fakeNode speaks state of the world as an Envoy does.
type fakeNode struct {
	t  *testing.T
	g  discoveryv3.AggregatedDiscoveryService_StreamAggregatedResourcesClient
	in chan *discoveryv3.DiscoveryResponse
	// sent says that the node has told who it is.
	sent bool
	end  context.CancelFunc
}

func (p *plan) node() *fakeNode {
	ctx, cancel := context.WithCancel(context.Background())
	g, err := discoveryv3.NewAggregatedDiscoveryServiceClient(p.conn).StreamAggregatedResources(ctx)
	if err != nil {
		p.t.Fatal(err)
	}
	n := &fakeNode{t: p.t, g: g, in: make(chan *discoveryv3.DiscoveryResponse, 10), end: cancel}
	go func() {
		for {
			r, err := g.Recv()
			if err != nil {
				return
			}
			n.in <- r
		}
	}()
	p.t.Cleanup(cancel)
	return n
}

// ask sends a request. why makes it a refusal.
func (n *fakeNode) ask(t Type, version, nonce, why string, names ...string) {
	n.t.Helper()
	r := &discoveryv3.DiscoveryRequest{TypeUrl: string(t), VersionInfo: version, ResponseNonce: nonce, ResourceNames: names}
	if !n.sent {
		r.Node, n.sent = &corev3.Node{Id: "n", UserAgentName: "envoy"}, true
	}
	if why != "" {
		r.ErrorDetail = &rpcstatus.Status{Code: 3, Message: why}
	}
	if err := n.g.Send(r); err != nil {
		n.t.Fatal(err)
	}
}

// get waits for an answer.
func (n *fakeNode) get() *discoveryv3.DiscoveryResponse {
	n.t.Helper()
	select {
	case r := <-n.in:
		return r
	case <-time.After(10 * time.Second):
		n.t.Fatal("no answer")
		return nil
	}
}

// none checks that no answer comes.
func (n *fakeNode) none() {
	n.t.Helper()
	select {
	case r := <-n.in:
		n.t.Fatalf("an answer that nobody waits for: %v", r)
	case <-time.After(100 * time.Millisecond):
	}
}

// values are the contents of an answer.
func values(t *testing.T, r *discoveryv3.DiscoveryResponse) (out []string) {
	t.Helper()
	for _, body := range r.Resources {
		var v wrapperspb.StringValue
		if err := body.UnmarshalTo(&v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v.Value)
	}
	return out
}

func (n *fakeNode) wantValues(r *discoveryv3.DiscoveryResponse, want ...string) {
	n.t.Helper()
	if got := values(n.t, r); !slices.Equal(got, want) {
		n.t.Fatalf("got %q, want %q", got, want)
	}
}

// eventually waits until ok.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}
