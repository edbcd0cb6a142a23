package envoy

const (
	listenerName = "listener_0"
	stagingName  = "sluice-staging"
	statPrefix   = "ingress_http"
	routesName   = "local_route"

	typeListener = typePrefix + "envoy.config.listener.v3.Listener"
	typeHCM      = typePrefix + "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
	typeRouter   = typePrefix + "envoy.extensions.filters.http.router.v3.Router"
	typeStdout   = typePrefix + "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog"
)

// listeners renders the listener that clients use, with one discovered filter
// for each plugin, the staging listener, which is bound to no port, and the
// bridge to Redis.
func listeners(o Options, c Config, dir runDir) ([]obj, error) {
	addr, err := socketAddress(o.Listen)
	if err != nil {
		return nil, err
	}
	var filters []obj
	for _, p := range c.Plugins {
		filters = append(filters, discoveredFilter(p.Name, dir))
	}
	main := connectionManager(statPrefix, filters)
	main["rds"] = obj{"route_config_name": routesName, "config_source": fileSource(dir.path(rdsFile))}
	main["access_log"] = []obj{accessLog()}
	if o.Trailers {
		main["http_protocol_options"] = obj{"enable_trailers": true}
	}
	staging := connectionManager(stagingName, []obj{discoveredFilter(stagingName, dir)})
	staging["route_config"] = obj{"name": stagingName}

	public := listener(listenerName, addr, main)
	public["enable_reuse_port"] = false // a second Envoy on this port shall fail, not share it
	hidden := listener(stagingName, stagingAddress(), staging)
	hidden["bind_to_port"] = false
	if c.RedisBridge {
		return []obj{public, hidden, bridgeListener()}, nil
	}
	return []obj{public, hidden}, nil
}

func listener(name string, addr, hcm obj) obj {
	return obj{
		"@type":   typeListener,
		"name":    name,
		"address": addr,
		"filter_chains": []obj{{"filters": []obj{{
			"name":         "envoy.filters.network.http_connection_manager",
			"typed_config": hcm,
		}}}},
	}
}

// stagingAddress is never bound; it only has to differ from other listeners'.
func stagingAddress() obj {
	return obj{"socket_address": obj{"address": "127.0.0.1", "port_value": 0}}
}

// connectionManager renders an HTTP connection manager that tells upstreams
// that the client came by https, as a gateway behind TLS does, and that lets
// websockets through. Clients reach it directly, so their address is that of the
// connection, whatever they say in x-forwarded-for.
func connectionManager(statPrefix string, filters []obj) obj {
	router := obj{"name": "envoy.filters.http.router", "typed_config": obj{"@type": typeRouter}}
	return obj{
		"@type":                        typeHCM,
		"stat_prefix":                  statPrefix,
		"use_remote_address":           true,
		"scheme_header_transformation": obj{"scheme_to_overwrite": "https"},
		"upgrade_configs":              []obj{{"upgrade_type": "websocket"}},
		"http_filters":                 append(filters, router),
	}
}

// accessLog writes one JSON object a request to standard output; [Access] is
// its other end.
func accessLog() obj {
	return obj{
		"name": "envoy.access_loggers.stdout",
		"typed_config": obj{"@type": typeStdout, "log_format": obj{"json_format": obj{
			"time":     "%START_TIME%",
			"method":   "%REQ(:METHOD)%",
			"host":     "%REQ(:AUTHORITY)%",
			"path":     "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
			"protocol": "%PROTOCOL%",
			"status":   "%RESPONSE_CODE%",
			"millis":   "%DURATION%",
			"micros":   "%COMMON_DURATION(DS_RX_BEG:DS_TX_END:us)%",
			"received": "%BYTES_RECEIVED%",
			"sent":     "%BYTES_SENT%",
			"route":    "%ROUTE_NAME%",
			"cluster":  "%UPSTREAM_CLUSTER_RAW%",
			"flags":    "%RESPONSE_FLAGS%",
			"details":  "%RESPONSE_CODE_DETAILS%",
		}}},
	}
}
