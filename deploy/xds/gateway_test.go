package xds

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
)

const gatewayText = `
admin: {address: {socket_address: {address: 127.0.0.1, port_value: 9901}}}
static_resources:
  listeners:
  - name: main
    address: {socket_address: {address: 127.0.0.1, port_value: 8080}}
    filter_chains:
    - filters: [&hcm {name: http, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager,
        stat_prefix: s, route_config: {}, http_filters: [
        {name: cors, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors}},
        {name: router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}]}}]
  - name: inside
    traffic_direction: INBOUND
    address: {socket_address: {address: 127.0.0.1, port_value: 8081}}
    default_filter_chain: {filters: [*hcm]}
  - name: bridge
    internal_listener: {}
    filter_chains:
    - filters: [*hcm]
  clusters:
  - {name: c, connect_timeout: 1s}
`

func TestGatewayResources(t *testing.T) {
	g, err := ParseGateway([]byte(gatewayText))
	if err != nil {
		t.Fatal(err)
	}
	var places []Place
	listeners, clusters, err := g.Resources(func(p Place) []string {
		places = append(places, p)
		return []string{"one", "two"}
	}, FromADS, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := []Place{{"main", 8080, false}, {"inside", 8081, true}}; !slices.Equal(places, want) {
		t.Errorf("asked about %v, want %v", places, want)
	}
	if len(clusters) != 1 || clusters[0].Name != "c" || len(listeners) != 3 {
		t.Fatalf("got %d listeners, clusters %v", len(listeners), clusters)
	}
	for i, want := range [][]string{{"cors", "one", "two", "router"}, {"cors", "one", "two", "router"}, {"cors", "router"}} {
		if got := filtersOf(t, listeners[i]); !slices.Equal(got, want) {
			t.Errorf("%s: filters %q, want %q", listeners[i].Name, got, want)
		}
	}
	again, _, _ := g.Resources(func(Place) []string { return []string{"one", "two"} }, FromADS, nil)
	other, _, _ := g.Resources(func(Place) []string { return nil }, FromADS, nil)
	if again[0].Version != listeners[0].Version || other[0].Version == listeners[0].Version {
		t.Error("versions are not those of the content")
	}
}

// filtersOf are the names of a listener's HTTP filters.
func filtersOf(t *testing.T, r Resource) (names []string) {
	t.Helper()
	var l listenerv3.Listener
	if err := r.Body.UnmarshalTo(&l); err != nil {
		t.Fatal(err)
	}
	for _, chain := range append(l.FilterChains, l.DefaultFilterChain) {
		for _, f := range chain.GetFilters() {
			var m hcmv3.HttpConnectionManager
			if err := f.GetTypedConfig().UnmarshalTo(&m); err != nil {
				t.Fatal(err)
			}
			for _, h := range m.HttpFilters {
				names = append(names, h.Name)
			}
		}
	}
	return names
}

func TestGatewayRefused(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"filters.http.cors.v3.Cors", "filters.http.nothing.v3.Nothing", "@type type.googleapis.com/envoy.extensions.filters.http.nothing.v3.Nothing is none that this command knows"},
		{"stat_prefix: s,", "", "StatPrefix"},
		{"name: inside", "name: main", `two listeners are called "main"`},
		{"connect_timeout: 1s", "connect_timeout: soon", "soon"},
		{"static_resources:", "dynamic_resources: {}\nstatic_resources:", "dynamic_resources"},
		{"  clusters:", "  secrets: [{name: s}]\n  clusters:", "secrets"},
		{"  clusters:", "  custers:", `unknown field "custers"`},
		{"listeners:", "listeners: []\n  x:", "unknown field"},
		{"\nstatic_resources:", "\nx: : :", "yaml"},
	} {
		_, err := ParseGateway([]byte(strings.Replace(gatewayText, c.old, c.new, 1)))
		if !errors.Is(err, ErrGateway) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.new, err, c.want)
		}
	}
	if _, err := ParseGateway(nil); !errors.Is(err, ErrGateway) {
		t.Errorf("nothing: %v", err)
	}
	empty := strings.Replace(gatewayText, "{name: router, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}", "", 1)
	empty = strings.Replace(empty, "{name: cors, typed_config: {\"@type\": type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors}},", "", 1)
	if _, err := ParseGateway([]byte(empty)); err == nil || !strings.Contains(err.Error(), "no http_filters") {
		t.Errorf("without filters: %v", err)
	}
}

func FuzzParseGateway(f *testing.F) {
	f.Add([]byte(gatewayText))
	f.Add([]byte("static_resources: {listeners: [{}]}"))
	f.Add([]byte(`{"static_resources":{"listeners":[{"filter_chains":[{"filters":[{}]}]}]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		g, err := ParseGateway(text)
		if err != nil {
			return
		}
		if _, _, err := g.Resources(func(Place) []string { return []string{"x"} }, FromADS, nil); err != nil {
			t.Errorf("parsed, but: %v", err)
		}
	})
}

func ExampleParseGateway() {
	g, err := ParseGateway([]byte(gatewayText))
	if err != nil {
		fmt.Println(err)
		return
	}
	listeners, clusters, err := g.Resources(func(Place) []string { return []string{"default.my-plugin"} }, FromADS, nil)
	fmt.Println(len(listeners), len(clusters), err)
	// Output: 3 1 <nil>
}
