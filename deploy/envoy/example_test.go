package envoy_test

import (
	"fmt"

	"github.com/sluiceproxy/sluice/deploy/envoy"
)

func ExampleConfig_Validate() {
	c := envoy.Config{
		Clusters: []envoy.Cluster{{Name: "up", Address: "http://127.0.0.1:8000"}},
		Routes:   []envoy.Route{{Name: "all", Prefix: "/", Cluster: "upp"}},
	}
	fmt.Println(c.Validate())
	c.Routes[0].Cluster = "up"
	fmt.Println(c.Validate())
	// Output:
	// route 1 (all): there is no cluster "upp"
	// <nil>
}

func ExampleVersion_Less() {
	fmt.Println(envoy.Version{Major: 1, Minor: 28}.Less(envoy.Oldest), envoy.Oldest)
	// Output: true 1.36.0
}

// What to add to an Envoy's configuration for plugins that use Redis.
func ExampleNewRedisBridge() {
	bridge, err := envoy.NewRedisBridge()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(bridge.Extension))
	// Output: {"name":"envoy.bootstrap.internal_listener","typed_config":{"@type":"type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener"}}
}
