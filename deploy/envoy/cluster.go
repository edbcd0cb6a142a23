package envoy

import "net"

const (
	typeCluster = typePrefix + "envoy.config.cluster.v3.Cluster"
	typeTLS     = typePrefix + "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext"
)

// clusters renders the upstreams as the options want them.
func (e *Envoy) clusters(cs []Cluster, bridge bool) ([]obj, error) {
	return clusters(cs, bridge, e.opts.Trailers)
}

// clusters renders the upstreams. They must have passed [Config.Validate].
func clusters(cs []Cluster, bridge, trailers bool) ([]obj, error) {
	out := []obj{}
	for _, c := range cs {
		a, err := parseAddress(c.Address)
		if err != nil {
			return nil, err
		}
		k := cluster(c.Name, a)
		if p := protocol(a, trailers); p != nil {
			k["typed_extension_protocol_options"] = obj{typeHTTP[len(typePrefix):]: p}
		}
		out = append(out, k)
	}
	if bridge {
		out = append(out, bridgeClusterConfig())
	}
	return out, nil
}

// protocol renders how an upstream is spoken to, nil for Envoy's default.
func protocol(a address, trailers bool) obj {
	switch {
	case a.h2:
		return obj{"@type": typeHTTP, "explicit_http_config": obj{"http2_protocol_options": obj{}}}
	case trailers:
		return obj{"@type": typeHTTP, "explicit_http_config": obj{"http_protocol_options": obj{"enable_trailers": true}}}
	}
	return nil
}

func cluster(name string, a address) obj {
	c := obj{
		"@type":           typeCluster,
		"name":            name,
		"connect_timeout": "5s",
		"lb_policy":       "ROUND_ROBIN",
		"load_assignment": obj{
			"cluster_name": name,
			"endpoints": []obj{{"lb_endpoints": []obj{{"endpoint": obj{
				"address": obj{"socket_address": obj{"address": a.host, "port_value": a.port}},
			}}}}},
		},
	}
	if net.ParseIP(a.host) != nil {
		c["type"] = "STATIC"
	} else {
		c["type"] = "LOGICAL_DNS"
		c["dns_lookup_family"] = "V4_ONLY"
	}
	if a.tls {
		tls := obj{"@type": typeTLS}
		if c["type"] != "STATIC" {
			tls["sni"] = a.host
		}
		c["transport_socket"] = obj{"name": "envoy.transport_sockets.tls", "typed_config": tls}
	}
	return c
}

// union is a and whatever of b has a name that a lacks, so that routes of
// either find their cluster while one set replaces the other.
func union(a, b []Cluster) []Cluster {
	out := append([]Cluster(nil), a...)
	have := map[string]bool{}
	for _, c := range a {
		have[c.Name] = true
	}
	for _, c := range b {
		if !have[c.Name] {
			out = append(out, c)
		}
	}
	return out
}
