package xds

import (
	"context"
	"errors"
	"io"
	"time"

	clusterservice "github.com/envoyproxy/go-control-plane/envoy/service/cluster/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	extensionservice "github.com/envoyproxy/go-control-plane/envoy/service/extension/v3"
	listenerservice "github.com/envoyproxy/go-control-plane/envoy/service/listener/v3"
	routeservice "github.com/envoyproxy/go-control-plane/envoy/service/route/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
)

// Register gives the server's services to a gRPC server: the aggregated discovery
// service, and those of each type. All speak both forms of the protocol.
func (s *Server) Register(g grpc.ServiceRegistrar) {
	discoveryv3.RegisterAggregatedDiscoveryServiceServer(g, aggregated{s: s})
	extensionservice.RegisterExtensionConfigDiscoveryServiceServer(g, extensions{s: s})
	clusterservice.RegisterClusterDiscoveryServiceServer(g, clusters{s: s})
	listenerservice.RegisterListenerDiscoveryServiceServer(g, listeners{s: s})
	routeservice.RegisterRouteDiscoveryServiceServer(g, routes{s: s})
}

type (
	sotwStream  = grpc.BidiStreamingServer[discoveryv3.DiscoveryRequest, discoveryv3.DiscoveryResponse]
	deltaStream = grpc.BidiStreamingServer[discoveryv3.DeltaDiscoveryRequest, discoveryv3.DeltaDiscoveryResponse]
)

type aggregated struct {
	discoveryv3.UnimplementedAggregatedDiscoveryServiceServer
	s *Server
}

func (a aggregated) StreamAggregatedResources(g discoveryv3.AggregatedDiscoveryService_StreamAggregatedResourcesServer) error {
	return a.s.sotw(g, "")
}

func (a aggregated) DeltaAggregatedResources(g discoveryv3.AggregatedDiscoveryService_DeltaAggregatedResourcesServer) error {
	return a.s.delta(g, "")
}

type extensions struct {
	extensionservice.UnimplementedExtensionConfigDiscoveryServiceServer
	s *Server
}

func (e extensions) StreamExtensionConfigs(g extensionservice.ExtensionConfigDiscoveryService_StreamExtensionConfigsServer) error {
	return e.s.sotw(g, Extensions)
}

func (e extensions) DeltaExtensionConfigs(g extensionservice.ExtensionConfigDiscoveryService_DeltaExtensionConfigsServer) error {
	return e.s.delta(g, Extensions)
}

type clusters struct {
	clusterservice.UnimplementedClusterDiscoveryServiceServer
	s *Server
}

func (c clusters) StreamClusters(g clusterservice.ClusterDiscoveryService_StreamClustersServer) error {
	return c.s.sotw(g, Clusters)
}

func (c clusters) DeltaClusters(g clusterservice.ClusterDiscoveryService_DeltaClustersServer) error {
	return c.s.delta(g, Clusters)
}

type listeners struct {
	listenerservice.UnimplementedListenerDiscoveryServiceServer
	s *Server
}

func (l listeners) StreamListeners(g listenerservice.ListenerDiscoveryService_StreamListenersServer) error {
	return l.s.sotw(g, Listeners)
}

func (l listeners) DeltaListeners(g listenerservice.ListenerDiscoveryService_DeltaListenersServer) error {
	return l.s.delta(g, Listeners)
}

type routes struct {
	routeservice.UnimplementedRouteDiscoveryServiceServer
	s *Server
}

func (r routes) StreamRoutes(g routeservice.RouteDiscoveryService_StreamRoutesServer) error {
	return r.s.sotw(g, Routes)
}

func (r routes) DeltaRoutes(g routeservice.RouteDiscoveryService_DeltaRoutesServer) error {
	return r.s.delta(g, Routes)
}

// sotw serves a stream of a type, or of any for "".
func (s *Server) sotw(g sotwStream, t Type) error {
	st := sotw{newStream(s, addressOf(g.Context()))}
	return serve(st.stream, g, t, func(r *discoveryv3.DiscoveryRequest) *string { return &r.TypeUrl }, st.take, st.next)
}

func (s *Server) delta(g deltaStream, t Type) error {
	st := delta{newStream(s, addressOf(g.Context()))}
	return serve(st.stream, g, t, func(r *discoveryv3.DeltaDiscoveryRequest) *string { return &r.TypeUrl }, st.take, st.next)
}

func addressOf(ctx context.Context) string {
	if p, ok := peer.FromContext(ctx); ok {
		return p.Addr.String()
	}
	return ""
}

// serve is the loop of a stream: requests come in, and after each, and whenever
// something has changed, what is due goes out.
func serve[Req, Resp any](st *stream, g grpc.BidiStreamingServer[Req, Resp], t Type, typeURL func(*Req) *string, take func(*Req), next func() *Resp) error {
	st.s.add(st)
	defer st.end()
	requests, failed := receive(g)
	for {
		select {
		case r := <-requests:
			if url := typeURL(r); *url == "" {
				*url = string(t)
			} else if t != "" && *url != string(t) {
				return status.Errorf(codes.InvalidArgument, "this service has %s, not %.200s", t, *url)
			}
			take(r)
		case <-st.wake:
		case err := <-failed:
			return err
		}
		st.flush()
		if err := st.crowded(); err != nil {
			return err
		}
		for out := next(); out != nil; out = next() {
			if err := g.Send(out); err != nil {
				return err
			}
			st.flush()
		}
	}
}

// receive reads requests until the stream ends.
func receive[Req, Resp any](g grpc.BidiStreamingServer[Req, Resp]) (<-chan *Req, <-chan error) {
	requests, failed := make(chan *Req), make(chan error, 1)
	go func() {
		for {
			r, err := g.Recv()
			if err != nil {
				if errors.Is(err, io.EOF) {
					err = nil
				}
				failed <- err
				return
			}
			select {
			case requests <- r:
			case <-g.Context().Done():
				failed <- g.Context().Err()
				return
			}
		}
	}()
	return requests, failed
}

// end forgets the stream.
func (st *stream) end() {
	st.s.remove(st)
	st.mu.Lock()
	if st.known {
		st.tell(Disconnected{st.node, st.address, time.Since(st.began)})
	}
	st.mu.Unlock()
	st.flush()
}
