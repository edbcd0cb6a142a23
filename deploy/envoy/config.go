package envoy

import "slices"

// Config is what Envoy shall serve. [Start] takes the first, [Envoy.Apply]
// replaces it.
type Config struct {
	// Plugins is the chain, first plugin first. It may be empty.
	Plugins []Plugin
	// Routes are tried in order within a virtual host: all routes that name the
	// domain that matches the request's host best.
	Routes []Route
	// Clusters are the upstreams that routes name and that plugins call.
	Clusters []Cluster
	// RedisBridge adds what plugins need that were built to reach Redis through
	// Envoy; see [NewRedisBridge]. No cluster may be named sluice-redis then.
	RedisBridge bool
}

// Plugin is one Wasm plugin of the chain.
type Plugin struct {
	// Name is the filter's and the plugin's name: 1 to 100 letters, digits,
	// dots, underscores and hyphens, unique in the chain.
	Name string
	// Code is the module.
	Code []byte
	// Config is handed to the plugin as it is. Text goes as a StringValue,
	// anything that is not valid UTF-8 as a BytesValue.
	Config []byte
	// VMID is the vm_id: plugins with the same one and the same code share a VM
	// and its data. "" is a name like any other.
	VMID string
	// FailOpen lets requests through when the plugin's VM has trapped. The
	// default answers 503 and starts a new VM after a back-off of a second
	// (failure policy FAIL_RELOAD).
	FailOpen bool
}

// Route sends requests to a cluster.
type Route struct {
	// Name is what a plugin reads as the property xds.route_name.
	Name string
	// Domains are those of the virtual hosts that the route belongs to:
	// "example.com", "*.example.com", "example.*" or "*", which is also what
	// none means. Ports of requests are ignored.
	Domains []string
	// Prefix matches the beginning of the path, Path all of it. Set one; where
	// both are empty the prefix is "/".
	Prefix, Path string
	// Cluster is the name of one of [Config].Clusters.
	Cluster string
}

// Cluster is an upstream.
type Cluster struct {
	// Name is what routes and callouts use, such as "httpbin" or
	// "outbound|80||my-svc.static".
	Name string
	// Address is host:port, or a URL with the scheme http, https, redis or rediss
	// and no path, or h2c for HTTP/2 without TLS. Without a port, http and h2c
	// are 80, https is 443 and the others are 6379. A host name is resolved by Envoy (LOGICAL_DNS), to IPv4 addresses;
	// https and rediss verify no certificate, as this is for development.
	Address string
}

// equal reports whether two plugins are the same to Envoy.
func (p Plugin) equal(o Plugin) bool {
	return p.Name == o.Name && p.VMID == o.VMID && p.FailOpen == o.FailOpen &&
		string(p.Config) == string(o.Config) && string(p.Code) == string(o.Code)
}

// sameListeners reports whether a and b have the same listeners: plugins of the
// same names in the same order, which is all that these say about them.
func sameListeners(a, b Config) bool {
	return a.RedisBridge == b.RedisBridge &&
		slices.EqualFunc(a.Plugins, b.Plugins, func(p, q Plugin) bool { return p.Name == q.Name })
}

// find returns the plugin with the name, and whether there is one.
func find(ps []Plugin, name string) (Plugin, bool) {
	for _, p := range ps {
		if p.Name == name {
			return p, true
		}
	}
	return Plugin{}, false
}

// equal reports whether two routes are the same.
func (r Route) equal(o Route) bool {
	return r.Name == o.Name && r.Prefix == o.Prefix && r.Path == o.Path && r.Cluster == o.Cluster &&
		slices.Equal(r.Domains, o.Domains)
}
