package xds

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	bootstrapv3 "github.com/envoyproxy/go-control-plane/envoy/config/bootstrap/v3"
	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"sigs.k8s.io/yaml"
)

// ErrGateway is in the error about a gateway's configuration that can't be used.
var ErrGateway = errors.New("not a usable configuration of a gateway")

// Gateway is the part of an Envoy's configuration that a control plane sends: its
// listeners and clusters.
type Gateway struct {
	listeners []*listenerv3.Listener
	clusters  []*clusterv3.Cluster
}

// ParseGateway reads an ordinary configuration of Envoy, YAML or JSON, with
// static_resources. Of the rest, node, admin and layered_runtime may be there, as
// they are the node's own; anything else is refused, because it would be without
// effect. The error is around [ErrGateway].
func ParseGateway(text []byte) (*Gateway, error) {
	asJSON, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGateway, err)
	}
	var b bootstrapv3.Bootstrap
	if err := protojson.Unmarshal(asJSON, &b); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGateway, explain(err))
	}
	if err := onlyStatic(&b); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGateway, err)
	}
	g := &Gateway{listeners: b.GetStaticResources().GetListeners(), clusters: b.GetStaticResources().GetClusters()}
	if err := g.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGateway, err)
	}
	return g, nil
}

// onlyStatic refuses what would be lost.
func onlyStatic(b *bootstrapv3.Bootstrap) error {
	switch {
	case b.DynamicResources != nil:
		return errors.New("it has dynamic_resources; the listeners and clusters of static_resources are sent, and no others")
	case len(b.GetStaticResources().GetSecrets()) > 0:
		return errors.New("it has static_resources.secrets, which are not sent; name the files of certificates in the listeners and clusters")
	case len(b.GetStaticResources().GetListeners()) == 0:
		return errors.New("it has no static_resources.listeners")
	}
	return nil
}

// unknownType finds the URL of a type in the parser's error.
var unknownType = regexp.MustCompile(`unable to resolve "([^"]*)"`)

// explain says which type is unknown, and what to do about it.
func explain(err error) error {
	found := unknownType.FindStringSubmatch(err.Error())
	if found == nil {
		return errors.New(strings.ReplaceAll(err.Error(), "\u00a0", " "))
	}
	return fmt.Errorf("@type %s is none that this command knows; check its spelling, or keep that listener in the Envoy's own static configuration "+
		"and let its filters come by config_discovery", found[1])
}

// check finds what Envoy would refuse, and names that are there twice.
func (g *Gateway) check() error {
	seen := map[string]bool{}
	for i, l := range g.listeners {
		if l.Name == "" {
			l.Name = fmt.Sprintf("listener_%d", i)
		}
		if seen[l.Name] {
			return fmt.Errorf("two listeners are called %q", l.Name)
		}
		seen[l.Name] = true
		if err := l.ValidateAll(); err != nil {
			return fmt.Errorf("listener %q: %w", l.Name, err)
		}
		if _, err := each(l, func(*hcmv3.HttpConnectionManager) error { return nil }); err != nil {
			return fmt.Errorf("listener %q: %w", l.Name, err)
		}
	}
	clear(seen)
	for _, c := range g.clusters {
		if seen[c.Name] {
			return fmt.Errorf("two clusters are called %q", c.Name)
		}
		seen[c.Name] = true
		if err := c.ValidateAll(); err != nil {
			return fmt.Errorf("cluster %q: %w", c.Name, err)
		}
	}
	return nil
}

// Place is a listener that a plugin may run in.
type Place struct {
	Listener string
	// Port is 0 for a listener that has none.
	Port uint32
	// Inbound is for a sidecar's listener for traffic to its workload. All others
	// are outbound, those of gateways too.
	Inbound bool
}

func placeOf(l *listenerv3.Listener) Place {
	return Place{
		Listener: l.Name,
		Port:     l.GetAddress().GetSocketAddress().GetPortValue(),
		Inbound:  l.TrafficDirection == corev3.TrafficDirection_INBOUND,
	}
}
