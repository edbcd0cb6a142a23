package policy_test

import (
	"fmt"

	"github.com/sluiceproxy/sluice/build/oci/policy"
)

// A policy is most often read from a file.
func ExampleParse() {
	_, err := policy.Parse("policy.yaml", []byte("rules:\n- images: [registry.example/**]\n  action: sign\n"))
	fmt.Println(err)
	// Output: policy.yaml: rules[0].action: is "sign"; want accept, reject, signed
}

func ExampleMatch() {
	fmt.Println(policy.Match("registry.example/team/**", "registry.example/team/plugins/hello"))
	// Output: true
}
