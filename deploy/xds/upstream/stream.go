package upstream

import (
	"context"
	"slices"
	"sync"

	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"

	"github.com/sluiceproxy/sluice/deploy/xds"
	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// MaxMessage bounds a message of the control plane, in bytes: it may hold modules.
const MaxMessage = 300 << 20

// Stream is a connection to a control plane, for one node. Its methods but Recv are
// safe for concurrent use.
type Stream struct {
	g  discoveryv3.AggregatedDiscoveryService_DeltaAggregatedResourcesClient
	mu sync.Mutex
	// node is in the first request.
	node  Node
	begun bool
}

// Update is what a control plane sends.
type Update struct {
	// Type and Nonce name the update, for Answer.
	Type  xds.Type
	Nonce string
	// Resources are new ones, with the control plane's versions. Removed are names.
	Resources []xds.Resource
	Removed   []string
}

// Open begins a stream, which ends with ctx.
func Open(ctx context.Context, conn grpc.ClientConnInterface, node Node) (*Stream, error) {
	g, err := discoveryv3.NewAggregatedDiscoveryServiceClient(conn).DeltaAggregatedResources(ctx, grpc.MaxCallRecvMsgSize(MaxMessage))
	if err != nil {
		return nil, err
	}
	return &Stream{g: g, node: node}, nil
}

// Subscribe asks for resources of a type, "*" for all, or asks again for some; and
// drops others. claims are versions that the node has, for the first request of a
// type.
func (s *Stream) Subscribe(t xds.Type, names, drop []string, claims map[string]string) error {
	return s.send(&discoveryv3.DeltaDiscoveryRequest{
		TypeUrl: string(t), ResourceNamesSubscribe: names, ResourceNamesUnsubscribe: drop, InitialResourceVersions: claims,
	})
}

// Answer accepts an update, or refuses the resources for which there are reasons.
func (s *Stream) Answer(t xds.Type, nonce string, reasons map[string]string) error {
	r := &discoveryv3.DeltaDiscoveryRequest{TypeUrl: string(t), ResponseNonce: nonce}
	remote.Refuse(r, reasons)
	return s.send(r)
}

func (s *Stream) send(r *discoveryv3.DeltaDiscoveryRequest) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.begun {
		r.Node = remote.WithAgent(s.node.proto)
		s.begun = true
	}
	return s.g.Send(r)
}

// Recv waits for the next update. The error is that of the stream.
func (s *Stream) Recv() (Update, error) {
	r, err := s.g.Recv()
	if err != nil {
		return Update{}, err
	}
	u := Update{Type: xds.Type(r.TypeUrl), Nonce: r.Nonce, Removed: slices.Clone(r.RemovedResources)}
	for _, res := range r.Resources {
		if res.GetResource() != nil && res.Name != "" {
			u.Resources = append(u.Resources, xds.Resource{Name: res.Name, Version: res.Version, Body: res.Resource})
		}
	}
	return u, nil
}
