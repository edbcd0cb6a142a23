package main

import (
	"os"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/plugintest"
	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/config/schema"
)

// shipped is config.yaml as a gateway gives it to the plugin.
func shipped(t *testing.T) []byte {
	t.Helper()
	file, err := os.ReadFile("config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	config, err := yaml.YAMLToJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// asks is a request and the answer that it must get; an empty one means that the
// request goes on.
type asks struct{ host, want string }

// check sends requests that take a route to the plugin.
func check(t *testing.T, config, route string, requests ...asks) {
	t.Helper()
	plugintest.Run(t, plugintest.Plugin{Config: config, Route: route}, func(t *testing.T, gw *plugintest.Gateway) {
		on := 0
		for _, r := range requests {
			got := gw.Do(plugintest.Request{Host: r.host}).WantStatus(200)
			if got.Body != r.want {
				t.Errorf("host %s: got %q, want %q", r.host, got.Body, r.want)
			}
			if r.want == "" {
				on++
			}
		}
		gw.Backend.Want(on)
	})
}

func TestFirstRuleThatMatches(t *testing.T) {
	config := string(shipped(t))
	for route, requests := range map[string][]asks{
		"default/foo": {{"a.test", "hello foo"}, {"www.example.com", "hello foo"}},
		"default/bar": {{"a.test", "hello bar"}},
		"default/baz": {{"a.test", "hello bar"}},
		"default/other": {
			{"www.example.com", "hello world"}, {"www.example.com:443", "hello world"}, {"www.abc.com", "hello higress"},
		},
		"default/food": {{"a.test", "hello higress"}},
	} {
		t.Run(route, func(t *testing.T) { check(t, config, route, requests...) })
	}
}

func TestNoGlobalAnswer(t *testing.T) {
	config := `{"_rules_":[{"_match_domain_":["*.example.com"],"content":"x"}]}`
	check(t, config, "r", asks{"www.example.com", "x"}, asks{"www.abc.com", ""})
}

func TestRefusedConfigurations(t *testing.T) {
	for config, says := range map[string]string{
		``:                           `content: is required`,
		`{}`:                         `content: is required`,
		`{"content":1}`:              `content: must be a string, got a number`,
		`{"content":""}`:             `content: must have at least 1 character, got 0`,
		`{"content":"x","status":1}`: `status: unknown key`,
		`{"_rules_":[]}`:             "_rules_",
		`{"_rules_":[{"_match_domain_":["a.test"]}]}`:               "_rules_[0]: content: is required",
		`{"content":"x","_rules_":[{"content":"y"}]}`:               "_rules_",
		`{"content":"x","_rules_":[{"_match_domain_":["a.test"]}]}`: "_rules_",
	} {
		t.Run(config, func(t *testing.T) { plugintest.RunRefused(t, plugintest.Plugin{Config: config}, says) })
	}
}

// The README says what the parser does.
func TestReadme(t *testing.T) {
	s, err := schema.Of[Config]("mock-response", config.WholeRules)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CheckFile("README.md"); err != nil {
		t.Error(err)
	}
}
