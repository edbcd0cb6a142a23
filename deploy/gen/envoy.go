package gen

import (
	"encoding/json"
	"fmt"

	"github.com/sluiceproxy/sluice/deploy/envoy"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// Gateway is what stands around the plugins in a whole configuration.
type Gateway struct {
	// Listen is the address for clients, default 127.0.0.1:10000, and Admin that of
	// the admin endpoint, default none: an IP address and a port.
	Listen, Admin string
	// Upstream is where requests go: host:port or a URL, as envoy.Cluster has it.
	// Its cluster is "upstream". It may be empty where Routes are not.
	Upstream string
	// Routes and Clusters are further ones. A route's cluster may be "upstream".
	// After them comes the route "default" to Upstream, for all other requests.
	Routes   []envoy.Route
	Clusters []envoy.Cluster
}

// upstream is the cluster's name.
const upstream = "upstream"

// Envoy renders envoy.yaml: a configuration for a stock Envoy with the plugins in
// the order in which they run.
func Envoy(ps []Plugin, g Gateway) ([]File, []wasmplugin.Warning, error) {
	ordered, err := order(ps)
	if err != nil {
		return nil, nil, err
	}
	filters, err := filters(ordered)
	if err != nil {
		return nil, nil, err
	}
	y, err := g.render(filters, "Envoy with Wasm plugins; made by sluice gen envoy.\nCheck: envoy --mode validate -c envoy.yaml")
	if err != nil {
		return nil, nil, err
	}
	return []File{{"envoy.yaml", y}}, unlimited(ordered), nil
}

// filters renders the plugins with their configurations in place.
func filters(ps []named) (out []json.RawMessage, err error) {
	for _, p := range ps {
		if p.Path == "" {
			return nil, fmt.Errorf("%s: where Envoy finds its module is not known", p.Spec.ID())
		}
		r, err := p.resource()
		if err != nil {
			return nil, err
		}
		b, err := marshal(r) // name and typed_config, which is also a filter's form
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

func (g Gateway) render(filters []json.RawMessage, comment string) ([]byte, error) {
	s := envoy.Static{Listen: g.Listen, Admin: g.Admin, Filters: filters, Routes: g.Routes, Clusters: g.Clusters}
	if s.Listen == "" {
		s.Listen = "127.0.0.1:10000"
	}
	if g.Upstream == "" && len(g.Routes) == 0 {
		return nil, fmt.Errorf("where requests go is not said; want an upstream or routes")
	}
	if g.Upstream != "" {
		s.Clusters = append([]envoy.Cluster{{Name: upstream, Address: g.Upstream}}, s.Clusters...)
		s.Routes = append(s.Routes[:len(s.Routes):len(s.Routes)], envoy.Route{Name: "default", Cluster: upstream})
	}
	b, err := s.JSON()
	if err != nil {
		return nil, err
	}
	return document(comment, json.RawMessage(b))
}
