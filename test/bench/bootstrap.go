package main

import (
	"strconv"
	"strings"
)

// object is a JSON object of Envoy's configuration.
type object = map[string]any

// typeURL begins the name of every type.
const typeURL = "type.googleapis.com/"

// bootstrap is the configuration of an Envoy that serves a side.
type bootstrap struct {
	side     side
	scenario scenario
	modules  []string
	// upstream and processor are addresses; processor is that of the program
	// which ext_proc asks, if any.
	upstream, processor string
	// streams is how many requests may be in flight over HTTP/2; 0 is Envoy's
	// default, and HTTP/1.1 upstream.
	streams int
}

func (b bootstrap) render() object {
	listener := object{"name": "main", "address": socket("127.0.0.1:0"),
		"filter_chains": []any{object{"filters": []any{object{"name": "hcm", "typed_config": b.manager()}}}}}
	if b.scenario.buffer > 0 {
		listener["per_connection_buffer_limit_bytes"] = b.scenario.buffer
	}
	clusters := []any{b.cluster("upstream", b.upstream, b.streams > 0)}
	if b.processor != "" {
		clusters = append(clusters, b.cluster("ext_proc", b.processor, true))
	}
	return object{
		"admin":            object{"address": socket("127.0.0.1:0")},
		"static_resources": object{"listeners": []any{listener}, "clusters": clusters},
	}
}

// manager is the HTTP connection manager.
func (b bootstrap) manager() object {
	route := object{"match": object{"prefix": "/"}, "direct_response": object{"status": 200}}
	if b.scenario.upstream {
		route = object{"match": object{"prefix": "/"}, "route": object{"cluster": "upstream", "timeout": "0s"}}
	}
	hcm := object{
		"@type":        typeURL + "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
		"stat_prefix":  "in",
		"route_config": object{"virtual_hosts": []any{object{"name": "all", "domains": []any{"*"}, "routes": []any{route}}}},
		"http_filters": b.filters(),
	}
	if b.streams > 0 {
		hcm["http2_protocol_options"] = object{"max_concurrent_streams": b.streams}
		hcm["stream_idle_timeout"] = "0s"
	}
	return hcm
}

func (b bootstrap) filters() []any {
	var filters []any
	if b.side.filter != nil {
		filters = append(filters, b.side.filter)
	}
	for i, module := range b.modules {
		filters = append(filters, wasmFilter(filterName(i), module, b.side.config))
	}
	return append(filters, object{"name": "router",
		"typed_config": object{"@type": typeURL + "envoy.extensions.filters.http.router.v3.Router"}})
}

// wasmFilter is the configuration of a plugin.
func wasmFilter(name, module, config string) object {
	plugin := object{
		"name": name, "allow_on_headers_stop_iteration": true,
		"vm_config": object{"runtime": "envoy.wasm.runtime.v8", "code": object{"local": object{"filename": module}}},
	}
	if config != "" {
		plugin["configuration"] = object{"@type": typeURL + "google.protobuf.StringValue", "value": config}
	}
	return object{"name": name,
		"typed_config": object{"@type": typeURL + "envoy.extensions.filters.http.wasm.v3.Wasm", "config": plugin}}
}

// cluster is one upstream at an address.
func (b bootstrap) cluster(name, address string, http2 bool) object {
	c := object{"name": name, "load_assignment": object{"cluster_name": name,
		"endpoints": []any{object{"lb_endpoints": []any{object{"endpoint": object{"address": socket(address)}}}}}}}
	if b.scenario.buffer > 0 {
		c["per_connection_buffer_limit_bytes"] = b.scenario.buffer
	}
	if b.streams > 0 {
		const most = 100_000 // many at a time are what is measured
		c["circuit_breakers"] = object{"thresholds": []any{object{
			"max_requests": most, "max_pending_requests": most, "max_connections": most}}}
	}
	if http2 {
		protocol := object{}
		if b.streams > 0 {
			protocol["max_concurrent_streams"] = b.streams
		}
		c["typed_extension_protocol_options"] = object{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": object{
			"@type":                typeURL + "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
			"explicit_http_config": object{"http2_protocol_options": protocol},
		}}
	}
	return c
}

func socket(address string) object {
	host, port, _ := strings.Cut(address, ":")
	n, _ := strconv.Atoi(port)
	return object{"socket_address": object{"address": host, "port_value": n}}
}
