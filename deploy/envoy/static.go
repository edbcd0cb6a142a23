package envoy

import (
	"encoding/json"
	"fmt"
)

// Static is a whole configuration that an Envoy of one's own reads once, at its
// start: one listener, the filters, routes and clusters.
type Static struct {
	// Listen is the address for clients, Admin that of the admin endpoint: an IP
	// address and a port. No Admin is no endpoint.
	Listen, Admin string
	// Filters are the HTTP filters before the router, in order, as Envoy takes
	// them: name and typed_config, or name and config_discovery.
	Filters []json.RawMessage
	// Routes and Clusters are those of [Config].
	Routes   []Route
	Clusters []Cluster
}

// JSON renders the configuration.
func (s Static) JSON() ([]byte, error) {
	if err := (Config{Routes: s.Routes, Clusters: s.Clusters}).Validate(); err != nil {
		return nil, err
	}
	addr, err := socketAddress(s.Listen)
	if err != nil {
		return nil, fmt.Errorf("address to listen on: %w", err)
	}
	ups, err := clusters(s.Clusters, false, false)
	if err != nil {
		return nil, err
	}
	main := connectionManager(statPrefix, nil)
	main["http_filters"] = withRouter(s.Filters, main["http_filters"])
	table := routes(s.Routes)
	main["route_config"] = untyped(table)
	for _, c := range ups {
		untyped(c)
	}
	root := obj{"static_resources": obj{
		"listeners": []obj{untyped(listener(listenerName, addr, main))},
		"clusters":  ups,
	}}
	if s.Admin != "" {
		admin, err := socketAddress(s.Admin)
		if err != nil {
			return nil, fmt.Errorf("admin address: %w", err)
		}
		root["admin"] = obj{"address": admin}
	}
	return json.Marshal(root)
}

// withRouter puts filters before those that a connection manager ends with.
func withRouter(filters []json.RawMessage, last any) (out []any) {
	for _, f := range filters {
		out = append(out, f)
	}
	for _, f := range last.([]obj) {
		out = append(out, f)
	}
	return out
}

// untyped is a message for a field of its own type.
func untyped(o obj) obj {
	delete(o, "@type")
	return o
}
