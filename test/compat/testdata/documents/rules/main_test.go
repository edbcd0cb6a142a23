package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

const config = `{"content":"hello higress","_rules_":[
	{"_match_route_":["default/foo"],"content":"hello foo"},
	{"_match_route_prefix_":["default/b"],"content":"hello bar"},
	{"_match_domain_":["www.example.com"],"content":"hello world"}]}`

// The document's four requests, where the route's name is Envoy's property and
// where it is Higress'.
func TestFourAnswers(t *testing.T) {
	for _, property := range []string{"xds.route_name", "route_name"} {
		for _, c := range []struct{ route, host, want string }{
			{"default/foo", "www.example.com", "hello foo"},
			{"default/bar", "www.example.com", "hello bar"},
			{"default/other", "www.example.com", "hello world"},
			{"", "WWW.example.com:8080", "hello world"},
			{"default/other", "www.abc.com", "hello higress"},
		} {
			h := plugintest.New(t, plugintest.Options{Config: []byte(config), Properties: map[string]string{property: c.route}})
			ex := h.Request([][2]string{{":method", "GET"}, {":authority", c.host}, {":path", "/"}})
			if got := string(ex.Client.Body); got != c.want {
				t.Errorf("%s %q, host %q: %q, want %q", property, c.route, c.host, got, c.want)
			}
		}
	}
}
