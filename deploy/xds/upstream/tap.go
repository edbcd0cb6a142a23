package upstream

import (
	"maps"
	"slices"
	"sync/atomic"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discoveryv3 "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"google.golang.org/grpc"

	"github.com/sluiceproxy/sluice/deploy/xds"
)

// Asked is what a stream of an Envoy asks for.
type Asked struct {
	// Stream tells streams apart.
	Stream uint64
	// Node is who asks.
	Node Node
	// Type is what of; All says that it is everything of the type, Names are the
	// names otherwise, in order.
	Type  xds.Type
	All   bool
	Names []string
	// Gone says that the stream has ended, and asks for nothing any more.
	Gone bool
}

// Tap is an interceptor for a gRPC server to which an xds.Server is registered. It
// tells what is asked for whenever that changes, before the server sees it.
func Tap(tell func(Asked)) grpc.StreamServerInterceptor {
	var streams atomic.Uint64
	return func(srv any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
		t := &tapped{ServerStream: ss, tell: tell, stream: streams.Add(1), service: typeOf(info.FullMethod), asked: map[xds.Type]*wish{}}
		err := handler(srv, t)
		if t.node != nil {
			tell(Asked{Stream: t.stream, Node: Node{t.node}, Gone: true})
		}
		return err
	}
}

// typeOf is the type that a service of one type serves, "" for all others.
func typeOf(method string) xds.Type {
	switch method {
	case "/envoy.service.extension.v3.ExtensionConfigDiscoveryService/StreamExtensionConfigs",
		"/envoy.service.extension.v3.ExtensionConfigDiscoveryService/DeltaExtensionConfigs":
		return xds.Extensions
	case "/envoy.service.cluster.v3.ClusterDiscoveryService/StreamClusters",
		"/envoy.service.cluster.v3.ClusterDiscoveryService/DeltaClusters":
		return xds.Clusters
	case "/envoy.service.listener.v3.ListenerDiscoveryService/StreamListeners",
		"/envoy.service.listener.v3.ListenerDiscoveryService/DeltaListeners":
		return xds.Listeners
	case "/envoy.service.route.v3.RouteDiscoveryService/StreamRoutes",
		"/envoy.service.route.v3.RouteDiscoveryService/DeltaRoutes":
		return xds.Routes
	default:
		return ""
	}
}

// tapped is a stream whose requests are looked at.
type tapped struct {
	grpc.ServerStream
	tell    func(Asked)
	stream  uint64
	service xds.Type
	node    *corev3.Node
	asked   map[xds.Type]*wish
}

// wish is what a stream asks for of one type.
type wish struct {
	all   bool
	names map[string]bool
}

// RecvMsg receives a request and looks at it. It is called by one goroutine.
func (t *tapped) RecvMsg(m any) error {
	if err := t.ServerStream.RecvMsg(m); err != nil {
		return err
	}
	switch r := m.(type) {
	case *discoveryv3.DiscoveryRequest:
		t.meet(r.Node)
		t.whole(r)
	case *discoveryv3.DeltaDiscoveryRequest:
		t.meet(r.Node)
		t.delta(r)
	}
	return nil
}

func (t *tapped) meet(n *corev3.Node) {
	if t.node == nil && n != nil {
		t.node = n
	}
}

// of returns what is asked for of a type until now, and whether that is anything.
func (t *tapped) of(url string) (xds.Type, *wish, bool) {
	typ := xds.Type(url)
	if url == "" {
		typ = t.service
	}
	w, ok := t.asked[typ]
	if !ok {
		w = &wish{names: map[string]bool{}}
		t.asked[typ] = w
	}
	return typ, w, ok
}

// whole looks at a request that names all that it asks for.
func (t *tapped) whole(r *discoveryv3.DiscoveryRequest) {
	typ, w, before := t.of(r.TypeUrl)
	old := maps.Clone(w.names)
	clear(w.names)
	all := w.all
	w.all = isWhole(typ) && len(r.ResourceNames) == 0 && (!before || all)
	for _, name := range r.ResourceNames {
		if name == "*" {
			w.all = true
			continue
		}
		w.names[name] = true
	}
	if !before || all != w.all || !maps.Equal(old, w.names) {
		t.report(typ, w)
	}
}

// delta looks at a request that names changes.
func (t *tapped) delta(r *discoveryv3.DeltaDiscoveryRequest) {
	typ, w, before := t.of(r.TypeUrl)
	changed := !before
	if !before && len(r.ResourceNamesSubscribe) == 0 && isWhole(typ) {
		w.all = true
	}
	for _, name := range r.ResourceNamesSubscribe {
		changed = true
		if name == "*" {
			w.all = true
			continue
		}
		w.names[name] = true
	}
	for _, name := range r.ResourceNamesUnsubscribe {
		changed = true
		if name == "*" {
			w.all = false
			continue
		}
		delete(w.names, name)
	}
	if changed {
		t.report(typ, w)
	}
}

func (t *tapped) report(typ xds.Type, w *wish) {
	if t.node == nil {
		return // the server answers nobody who doesn't say who it is
	}
	t.tell(Asked{Stream: t.stream, Node: Node{t.node}, Type: typ, All: w.all, Names: slices.Sorted(maps.Keys(w.names))})
}

func isWhole(t xds.Type) bool { return t == xds.Clusters || t == xds.Listeners }
