package gen_test

import (
	"fmt"
	"strings"

	"github.com/sluiceproxy/sluice/deploy/gen"
	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

var demo = gen.Plugin{
	Spec: wasmplugin.Plugin{Namespace: "default", Name: "demo", URL: "oci://registry.example/demo:1.0.0"},
	Path: "/etc/envoy/demo.wasm",
}

func ExampleEnvoy() {
	files, _, err := gen.Envoy([]gen.Plugin{demo}, gen.Gateway{Upstream: "127.0.0.1:8080"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(files[0].Name, strings.Contains(string(files[0].Content), "filename: /etc/envoy/demo.wasm"))
	// Output: envoy.yaml true
}

func ExampleECDS() {
	files, _, err := gen.ECDS([]gen.Plugin{demo}, gen.Discovery{Source: gen.FromADS})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(files[1].Content))
	// Output:
	// # For http_filters of the HTTP connection manager, above envoy.filters.http.router.
	// - config_discovery:
	//     config_source:
	//       ads: {}
	//       initial_fetch_timeout: 0s
	//       resource_api_version: V3
	//     type_urls:
	//       - type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
	//       - type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC
	//   name: demo
}

func ExampleComposeFiles() {
	files, _, err := gen.ComposeFiles([]gen.Plugin{demo}, gen.Compose{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(files[0].Name, files[1].Name)
	// Output: docker-compose.yaml envoy.yaml
}

func ExampleEnvoyFilter() {
	files, _, err := gen.EnvoyFilter([]gen.Plugin{demo})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Contains(string(files[0].Content), "kind: EnvoyFilter"))
	// Output: true
}
