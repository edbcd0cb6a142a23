package envoy

import "encoding/json"

// Names on which the SDK and this configuration agree.
const (
	bridgeName   = "sluice-redis"
	bridgeHeader = "x-sluice-redis-cluster"
)

const (
	typeInternal = typePrefix + "envoy.extensions.bootstrap.internal_listener.v3.InternalListener"
	typeHTTP     = typePrefix + "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
	typeMutation = typePrefix + "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation"
	typeCodec    = typePrefix + "envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec"
)

// RedisBridge is what an Envoy needs, besides the clusters of the Redis servers,
// for plugins that were built to reach Redis through it. Each part is JSON, as
// Envoy takes it. docs/redis.md shows where the parts go.
type RedisBridge struct {
	// Extension goes into the bootstrap's bootstrap_extensions, once an Envoy.
	Extension json.RawMessage
	// Listener is an internal listener, to be reached only from within Envoy. It
	// carries the body of each request, over TCP, to the cluster that the header
	// x-sluice-redis-cluster names.
	Listener json.RawMessage
	// Cluster is "sluice-redis", which leads plugins' HTTP calls to the listener.
	Cluster json.RawMessage
}

// NewRedisBridge returns the parts. They are the same for any number of Redis
// servers.
func NewRedisBridge() (RedisBridge, error) {
	var parts [3]json.RawMessage
	for i, part := range []obj{bridgeExtension(), bridgeListener(), bridgeClusterConfig()} {
		delete(part, "@type") // for lists of one type
		b, err := json.Marshal(part)
		if err != nil {
			return RedisBridge{}, err
		}
		parts[i] = b
	}
	return RedisBridge{Extension: parts[0], Listener: parts[1], Cluster: parts[2]}, nil
}

func bridgeExtension() obj {
	return obj{"name": "envoy.bootstrap.internal_listener", "typed_config": obj{"@type": typeInternal}}
}

// bridgeListener ends POST requests as a CONNECT is ended. Plugins set the
// timeout of a request, so the route has none. What goes wrong is said in a form
// that the SDK reads.
func bridgeListener() obj {
	route := obj{
		"match": obj{"prefix": "/"},
		"route": obj{
			"cluster_header":  bridgeHeader,
			"timeout":         "0s",
			"upgrade_configs": []obj{{"upgrade_type": "CONNECT", "connect_config": obj{"allow_post": true}}},
		},
	}
	hcm := obj{
		"@type":       typeHCM,
		"stat_prefix": "sluice_redis",
		"route_config": obj{"name": bridgeName, "virtual_hosts": []obj{
			{"name": bridgeName, "domains": []string{"*"}, "routes": []obj{route}},
		}},
		"local_reply_config": obj{"body_format": obj{"text_format_source": obj{
			"inline_string": bridgeName + " %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%",
		}}},
		"http_filters": []obj{{"name": "envoy.filters.http.router", "typed_config": obj{"@type": typeRouter}}},
	}
	return obj{
		"@type":             typeListener,
		"name":              bridgeName,
		"internal_listener": obj{},
		"filter_chains": []obj{{"filters": []obj{{
			"name":         "envoy.filters.network.http_connection_manager",
			"typed_config": hcm,
		}}}},
	}
}

// endless is a length that no request has. Were a request's end to reach the
// listener, it would end its half of the connection to Redis, and Redis drops
// what it has not written by then: large answers would be cut off. Redis closes
// the connection itself, at the QUIT that ends each body.
const endless = "1099511627776"

// bridgeClusterConfig leads to the listener, over a connection for each request:
// one whose request has not ended can't be used again.
func bridgeClusterConfig() obj {
	return obj{
		"@type":           typeCluster,
		"name":            bridgeName,
		"connect_timeout": "5s",
		"load_assignment": obj{
			"cluster_name": bridgeName,
			"endpoints": []obj{{"lb_endpoints": []obj{{"endpoint": obj{
				"address": obj{"envoy_internal_address": obj{"server_listener_name": bridgeName}},
			}}}}},
		},
		"typed_extension_protocol_options": obj{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": obj{
			"@type":                        typeHTTP,
			"common_http_protocol_options": obj{"max_requests_per_connection": 1},
			"explicit_http_config":         obj{"http_protocol_options": obj{}},
			"http_filters": []obj{
				{"name": "envoy.filters.http.header_mutation", "typed_config": obj{
					"@type": typeMutation,
					"mutations": obj{"request_mutations": []obj{{"append": obj{
						"header":        obj{"key": "content-length", "value": endless},
						"append_action": "OVERWRITE_IF_EXISTS",
					}}}},
				}},
				{"name": "envoy.filters.http.upstream_codec", "typed_config": obj{"@type": typeCodec}},
			},
		}},
	}
}
