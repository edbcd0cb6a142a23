package xds

import (
	"errors"
	"fmt"
	"slices"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/sluiceproxy/sluice/deploy/xds/remote"
)

// Source says where a node gets the configuration of a filter from.
type Source func(name string) *corev3.ConfigSource

// FromADS is the stream that the node has.
func FromADS(string) *corev3.ConfigSource {
	return &corev3.ConfigSource{
		ConfigSourceSpecifier: &corev3.ConfigSource_Ads{Ads: &corev3.AggregatedConfigSource{}},
		ResourceApiVersion:    corev3.ApiVersion_V3,
		InitialFetchTimeout:   durationpb.New(0),
	}
}

// Resources renders the listeners and clusters. The plugins of a listener, by
// name in the order in which they run, come before the last filter of each HTTP
// connection manager, which is the router. A listener waits for all its plugins
// before it takes over. reported says of which
// listeners requests are reported to the server; nil is of none.
func (g *Gateway) Resources(plugins func(Place) []string, from Source, reported func(Place) bool) (listeners, clusters []Resource, err error) {
	for _, l := range g.listeners {
		with, err := each(l, func(m *hcmv3.HttpConnectionManager) error {
			return insert(m, plugins(placeOf(l)), from, reported != nil && reported(placeOf(l)))
		})
		if err != nil {
			return nil, nil, err
		}
		r, err := NewResource(l.Name, with)
		if err != nil {
			return nil, nil, err
		}
		listeners = append(listeners, r)
	}
	for _, c := range g.clusters {
		r, err := NewResource(c.Name, c)
		if err != nil {
			return nil, nil, err
		}
		clusters = append(clusters, r)
	}
	return listeners, clusters, nil
}

// insert puts plugins before the last filter.
func insert(m *hcmv3.HttpConnectionManager, names []string, from Source, reported bool) error {
	types := append(remote.TypeURLs(), SplitType) // always: an old listener that drains judges a split too
	if reported {
		log, err := reportLog()
		if err != nil {
			return err
		}
		m.AccessLog = append(m.AccessLog, log)
	}
	var filters []*hcmv3.HttpFilter
	for _, name := range names {
		filters = append(filters, &hcmv3.HttpFilter{
			Name: name,
			ConfigType: &hcmv3.HttpFilter_ConfigDiscovery{ConfigDiscovery: &corev3.ExtensionConfigSource{
				ConfigSource: from(name), TypeUrls: types,
			}},
		})
	}
	m.HttpFilters = slices.Insert(m.HttpFilters, len(m.HttpFilters)-1, filters...)
	return nil
}

// each returns a copy of a listener whose HTTP connection managers went through f.
// Those of internal listeners are none that clients reach.
func each(l *listenerv3.Listener, f func(*hcmv3.HttpConnectionManager) error) (*listenerv3.Listener, error) {
	out := proto.CloneOf(l)
	if out.GetInternalListener() != nil {
		return out, nil
	}
	for _, chain := range append(slices.Clone(out.FilterChains), out.DefaultFilterChain) {
		for _, filter := range chain.GetFilters() {
			if err := change(filter, f); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// change applies f to a filter that is an HTTP connection manager.
func change(filter *listenerv3.Filter, f func(*hcmv3.HttpConnectionManager) error) error {
	var m hcmv3.HttpConnectionManager
	config := filter.GetTypedConfig()
	if !config.MessageIs(&m) {
		return nil
	}
	if err := config.UnmarshalTo(&m); err != nil {
		return err
	}
	if len(m.HttpFilters) == 0 {
		return errors.New("an HTTP connection manager has no http_filters; it needs at least the router")
	}
	if err := f(&m); err != nil {
		return err
	}
	if err := m.ValidateAll(); err != nil {
		return fmt.Errorf("its HTTP connection manager: %w", err)
	}
	return set(filter, &m)
}

func set(filter *listenerv3.Filter, m *hcmv3.HttpConnectionManager) error {
	config := new(anypb.Any)
	if err := anypb.MarshalFrom(config, m, proto.MarshalOptions{Deterministic: true}); err != nil {
		return err
	}
	filter.ConfigType = &listenerv3.Filter_TypedConfig{TypedConfig: config}
	return nil
}
