package wasmplugin_test

import (
	"fmt"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

const higress = `apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata:
  name: demo
spec:
  url: registry.example/team/demo:1.0.0
  defaultConfig: {content: hello}
  matchRules:
  - domain: [www.example.com]
    config: {content: hello world}
`

func ExampleParse() {
	plugins, err := wasmplugin.Parse("demo.yaml", []byte(higress))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(plugins[0].Resource(), plugins[0].URL)
	fmt.Println(string(plugins[0].Config))
	// Output:
	// higress default/demo oci://registry.example/team/demo:1.0.0
	// {"_rules_":[{"_match_domain_":["www.example.com"],"content":"hello world"}],"content":"hello"}
}

// An error says where, and what was meant.
func ExampleProblems() {
	_, err := wasmplugin.Parse("demo.yaml", []byte(higress+"  phse: AUTHN\n  priority: high\n"))
	for _, p := range wasmplugin.Problems(err) {
		fmt.Println(p)
	}
	// Output:
	// demo.yaml:11: spec.phse: there is no such field; did you mean "phase"?
	// demo.yaml:12: spec.priority: want a whole number, got a text
}

func ExampleWrite() {
	plugins, err := wasmplugin.Parse("demo.yaml", []byte(higress))
	if err != nil {
		fmt.Println(err)
		return
	}
	text, warnings, err := wasmplugin.Write(plugins[0], wasmplugin.Istio)
	fmt.Print(string(text), len(warnings), " ", err)
	// Output:
	// apiVersion: extensions.istio.io/v1alpha1
	// kind: WasmPlugin
	// metadata:
	//   name: demo
	//   namespace: default
	// spec:
	//   pluginConfig:
	//     _rules_:
	//       - _match_domain_:
	//           - www.example.com
	//         content: hello world
	//     content: hello
	//   url: oci://registry.example/team/demo:1.0.0
	// 0 <nil>
}

// What a kind can't say is told.
func ExampleWarning() {
	p := wasmplugin.Plugin{Name: "demo", URL: "oci://registry.example/demo:1", Phase: wasmplugin.Authn, FailStrategy: wasmplugin.FailOpen,
		TargetRefs: []wasmplugin.TargetRef{{Group: "gateway.networking.k8s.io", Kind: "Gateway", Name: "main"}}}
	_, warnings, err := wasmplugin.Write(p, wasmplugin.EnvoyGateway)
	fmt.Println(warnings, err)
	// Output: [envoy-gateway default/demo: spec.wasm[0]: Envoy Gateway has no phase and no priority, and runs all plugins after its own filters for authentication] <nil>
}

func ExampleOrder() {
	high := int64(10)
	chain := []wasmplugin.Plugin{
		{Name: "last"}, {Name: "first", Phase: wasmplugin.Authn}, {Name: "second", Priority: &high},
	}
	wasmplugin.Order(chain)
	fmt.Println(chain[0].Name, chain[1].Name, chain[2].Name)
	// Output: first second last
}
