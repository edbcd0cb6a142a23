package plugintest

import (
	"io"
	"time"
)

// Plugin says what is tested, and in which surroundings. The zero value is the
// package under test without a configuration.
type Plugin struct {
	// Module is the plugin as Wasm. Default Dir("."): the package under test,
	// which is also what the native engine runs. The native engine can't run
	// anything else.
	Module Module
	// Config is the plugin's configuration, usually JSON. Default none.
	Config string
	// Name is the property plugin_name. Default "plugin".
	Name string
	// Route is the name of the route that requests take, which plugins read as
	// xds.route_name. Default "default".
	Route string
	// Upstream is the name of the backend's cluster, which plugins read as
	// xds.cluster_name. Default "backend".
	Upstream string
	// HTTP2 makes the gateway speak HTTP/2 to the backend, as gRPC needs it.
	// Default HTTP/1.1.
	HTTP2 bool
	// Clusters are names of services that the plugin calls. Each is a fake one,
	// that Gateway.Cluster scripts. A cluster that is named nowhere is unknown to
	// the gateway.
	Clusters []string
	// Redis are names of clusters behind which there is a fake Redis, that
	// Gateway.Redis scripts.
	Redis []string
	// Servers are real servers by the name of their cluster: host:port, or a URL
	// with the scheme http, https, h2c, redis or rediss and no path.
	Servers map[string]string
	// Clock is the time at which the plugin's clock stands still until
	// Gateway.Advance moves it. Natively it is the host's clock, and not what
	// time.Now returns, which stays the machine's. Default: the machine's clock.
	Clock time.Time
	// Random makes the source of a plugin's random numbers, one for each engine.
	// It must give as many as are asked for. Default: the machine's.
	Random func() io.Reader
	// Coverage receives the counters of a module that was built to count which of
	// its statements run, on wazero's engines, at the end; see package suite. It must
	// be safe for concurrent use. Default: none.
	Coverage func(counters []byte)
	// Properties are properties of each exchange, by their path joined with dots.
	// Default: what the gateway makes of the request.
	Properties map[string]string
}

// withDefaults sets what is not set.
func (p Plugin) withDefaults() Plugin {
	if p.Module == nil {
		p.Module = Dir(".")
	}
	p.Name = or(p.Name, "plugin")
	p.Route = or(p.Route, "default")
	p.Upstream = or(p.Upstream, "backend")
	return p
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// underTest reports whether the plugin is the package under test.
func (p Plugin) underTest() bool { return p.Module == nil || p.Module == Dir(".") }

// hasCluster reports whether the gateway knows a cluster.
func (p Plugin) hasCluster(name string) bool {
	if _, ok := p.Servers[name]; ok || name == p.Upstream {
		return true
	}
	for _, list := range [][]string{p.Clusters, p.Redis} {
		for _, n := range list {
			if n == name {
				return true
			}
		}
	}
	return false
}
