package agent

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	extensionservice "github.com/envoyproxy/go-control-plane/envoy/service/extension/v3"
	cachetypes "github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// plane is a control plane that is not of this project: go-control-plane's own.
type plane struct {
	t       *testing.T
	address string
	cache   cache.SnapshotCache
	creds   credentials.TransportCredentials
	stop    func()

	mu      sync.Mutex
	version int
	what    map[string]*corev3.TypedExtensionConfig
	nacks   []string
	agents  bool
	open    int // streams
	acked   map[string]bool
	sent    map[string][]string // resources by nonce
}

func newPlane(t *testing.T) *plane {
	t.Helper()
	p := &plane{t: t, what: map[string]*corev3.TypedExtensionConfig{}, acked: map[string]bool{}, sent: map[string][]string{}}
	p.cache = cache.NewSnapshotCache(false, cache.IDHash{}, nil)
	p.start()
	t.Cleanup(func() { p.stop() })
	return p
}

// start serves, again on the same port if it was stopped.
func (p *plane) start() {
	p.t.Helper()
	at := p.address
	if at == "" {
		at = "127.0.0.1:0"
	}
	var l net.Listener
	eventually(p.t, "the port is free", func() bool {
		var err error
		l, err = net.Listen("tcp", at)
		return err == nil
	})
	p.address = l.Addr().String()
	var o []grpc.ServerOption
	if p.creds != nil {
		o = append(o, grpc.Creds(p.creds))
	}
	g := grpc.NewServer(o...)
	s := server.NewServer(context.Background(), p.cache, p)
	discoveryv3.RegisterAggregatedDiscoveryServiceServer(g, s)
	extensionservice.RegisterExtensionConfigDiscoveryServiceServer(g, s)
	go func() { _ = g.Serve(l) }()
	p.stop = g.Stop
}

// push sends a plugin of a module in the registry.
func (p *plane) push(name, url, sum, config string, fail wasmplugin.FailStrategy) {
	p.t.Helper()
	code, err := remote.Reference{URL: url, SHA256: sum}.Encode()
	if err != nil {
		p.t.Fatal(err)
	}
	p.pushCode(name, code, config, fail)
}

func (p *plane) pushCode(name string, code *corev3.AsyncDataSource, config string, fail wasmplugin.FailStrategy) {
	p.t.Helper()
	r, err := xds.Plugin{Name: name, Code: code, Config: []byte(config), Fail: fail}.Resource()
	if err != nil {
		p.t.Fatal(err)
	}
	var e corev3.TypedExtensionConfig
	if err := r.Body.UnmarshalTo(&e); err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.what[name] = &e
	p.version++
	var all []cachetypes.Resource
	for _, e := range p.what {
		all = append(all, e)
	}
	s, err := cache.NewSnapshot(fmt.Sprint(p.version), map[resource.Type][]cachetypes.Resource{resource.ExtensionConfigType: all})
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.cache.SetSnapshot(context.Background(), nodeID, s); err != nil {
		p.t.Fatal(err)
	}
}

const nodeID = "node-1"

// refusals are what was refused so far.
func (p *plane) refusals() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.nacks, "\n")
}

// Callbacks of the server.

func (p *plane) OnStreamOpen(context.Context, int64, string) error { return nil }
func (p *plane) OnStreamClosed(int64, *corev3.Node)                {}
func (p *plane) OnDeltaStreamOpen(context.Context, int64, string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open++
	return nil
}

func (p *plane) OnDeltaStreamClosed(int64, *corev3.Node) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open--
}
func (p *plane) OnStreamRequest(int64, *discoveryv3.DiscoveryRequest) error { return nil }
func (p *plane) OnStreamResponse(context.Context, int64, *discoveryv3.DiscoveryRequest, *discoveryv3.DiscoveryResponse) {
}

func (p *plane) OnStreamDeltaRequest(_ int64, r *discoveryv3.DeltaDiscoveryRequest) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Node != nil {
		p.agents = remote.HasAgent(r.Node)
	}
	if r.ErrorDetail != nil {
		p.nacks = append(p.nacks, r.ErrorDetail.Message)
		for name, reason := range remote.Failures(r.ErrorDetail) {
			if reason == "" || name == "" {
				p.t.Errorf("a refusal without a name or a reason: %v", r.ErrorDetail)
			}
		}
	} else if r.ResponseNonce != "" {
		p.acked[r.ResponseNonce] = true
	}
	return nil
}

func (p *plane) OnStreamDeltaResponse(_ int64, _ *discoveryv3.DeltaDiscoveryRequest, r *discoveryv3.DeltaDiscoveryResponse) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, res := range r.Resources {
		p.sent[r.Nonce] = append(p.sent[r.Nonce], res.Name+"@"+res.Version)
	}
}
func (p *plane) OnFetchRequest(context.Context, *discoveryv3.DiscoveryRequest) error { return nil }
func (p *plane) OnFetchResponse(*discoveryv3.DiscoveryRequest, *discoveryv3.DiscoveryResponse) {
}

var _ server.Callbacks = (*plane)(nil)

// lastIsAcked reports whether everything that was sent last was accepted in the end.
func (p *plane) isAcked(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := 0
	nonce := ""
	for n, names := range p.sent {
		for _, sent := range names {
			var i int
			if _, err := fmt.Sscan(n, &i); err == nil && strings.HasPrefix(sent, name+"@") && i > last {
				last, nonce = i, n
			}
		}
	}
	return p.acked[nonce]
}

// eventually waits for what must become true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}
