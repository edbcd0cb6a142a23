package wasmplugin_test

import (
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/deploy/wasmplugin"
)

// rules is the resource of "Higress actual combat": a global configuration and
// three rules.
const rules = `apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata:
  name: mock-response
  namespace: higress-system
spec:
  defaultConfig:
    content: hello higress
  matchRules:
  - ingress:
    - default/foo
    config:
      content: hello foo
  - ingress:
    - default/bar
    config:
      content: hello bar
  - domain:
    - www.example.com
    config:
      content: hello world
  url: oci://registry.example/plugins/mock-response:1.0.0
`

func TestRulesBecomeConfiguration(t *testing.T) {
	ps, err := wasmplugin.Parse("rules.yaml", []byte(rules))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"_rules_":[{"_match_route_":["default/foo"],"content":"hello foo"},` +
		`{"_match_route_":["default/bar"],"content":"hello bar"},` +
		`{"_match_domain_":["www.example.com"],"content":"hello world"}],"content":"hello higress"}`
	if len(ps) != 1 || string(ps[0].Config) != want {
		t.Errorf("got  %s\nwant %s", ps[0].Config, want)
	}
	asJSON := `{"apiVersion":"extensions.istio.io/v1alpha1","kind":"WasmPlugin","metadata":{"name":"x"},
"spec":{"url":"registry.example/x:1","pluginConfig":{"n":12345678901234567890,"s":"\ud83d\ude00 \/"},"priority":3,
"bogus":1}}`
	_, err = wasmplugin.Parse("x.json", []byte(asJSON))
	if err == nil || !strings.HasPrefix(err.Error(), "x.json:3: spec.bogus: there is no such field; there are failStrategy, imagePullPolicy") {
		t.Error(err)
	}
}
