package envoy

import (
	"encoding/json"
	"testing"
)

func TestStatic(t *testing.T) {
	s := Static{
		Listen:   "127.0.0.1:10000",
		Filters:  []json.RawMessage{[]byte(`{"name":"demo"}`)},
		Routes:   []Route{{Name: "all", Cluster: "up"}},
		Clusters: []Cluster{{Name: "up", Address: "127.0.0.1:8000"}},
	}
	b, err := s.JSON()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "static", json.RawMessage(b), `{"static_resources": {
		"listeners": [{"name": "listener_0", "address": {"socket_address": {"address": "127.0.0.1", "port_value": 10000}},
			"filter_chains": [{"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": {
				"@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
				"stat_prefix": "ingress_http", "use_remote_address": true,
				"scheme_header_transformation": {"scheme_to_overwrite": "https"},
				"upgrade_configs": [{"upgrade_type": "websocket"}],
				"route_config": {"name": "local_route", "ignore_port_in_host_matching": true, "virtual_hosts": [
					{"name": "local_service", "domains": ["*"], "routes": [{"name": "all", "match": {"prefix": "/"}, "route": {"cluster": "up"}}]}]},
				"http_filters": [{"name": "demo"}, {"name": "envoy.filters.http.router", "typed_config": {
					"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}],
		"clusters": [{"name": "up", "connect_timeout": "5s", "lb_policy": "ROUND_ROBIN", "type": "STATIC",
			"load_assignment": {"cluster_name": "up", "endpoints": [{"lb_endpoints": [{"endpoint": {
				"address": {"socket_address": {"address": "127.0.0.1", "port_value": 8000}}}}]}]}}]}}`)
	s.Admin = "127.0.0.1:9901"
	if b, err = s.JSON(); err != nil {
		t.Fatal(err)
	}
	var with struct{ Admin any }
	if err := json.Unmarshal(b, &with); err != nil || with.Admin == nil {
		t.Errorf("no admin endpoint: %v", err)
	}
	for _, bad := range []Static{
		{}, {Listen: "nowhere"}, {Listen: "127.0.0.1:1", Admin: "x"},
		{Listen: "127.0.0.1:1", Routes: []Route{{Cluster: "none"}}},
		{Listen: "127.0.0.1:1", Clusters: []Cluster{{Name: "a", Address: ":::"}}},
	} {
		if _, err := bad.JSON(); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}
