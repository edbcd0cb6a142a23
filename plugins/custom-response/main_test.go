package main

import (
	"os"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/config/schema"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
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

// answer is what a request to host over a route gets.
func answer(t *testing.T, config []byte, route, host string) string {
	t.Helper()
	h := plugintest.New(t, plugintest.Options{
		Config:     config,
		Properties: map[string]string{"xds.route_name": route},
	})
	ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", host}, {":scheme", "http"}})
	if ex.Reply == nil {
		return ""
	}
	if ex.Reply.Status != 200 {
		t.Errorf("status is %d", ex.Reply.Status)
	}
	return string(ex.Reply.Body)
}

func TestFirstRuleThatMatches(t *testing.T) {
	config := shipped(t)
	for _, c := range []struct{ route, host, want string }{
		{"default/foo", "a.test", "hello foo"},
		{"default/bar", "a.test", "hello bar"},
		{"default/baz", "a.test", "hello bar"},
		{"default/other", "www.example.com", "hello world"},
		{"default/other", "www.example.com:443", "hello world"},
		{"default/foo", "www.example.com", "hello foo"},
		{"default/food", "a.test", "hello higress"},
		{"", "www.abc.com", "hello higress"},
	} {
		if got := answer(t, config, c.route, c.host); got != c.want {
			t.Errorf("route %q, host %q: got %q, want %q", c.route, c.host, got, c.want)
		}
	}
}

func TestNoGlobalAnswer(t *testing.T) {
	config := []byte(`{"_rules_":[{"_match_domain_":["*.example.com"],"content":"x"}]}`)
	if got := answer(t, config, "r", "www.example.com"); got != "x" {
		t.Errorf("a host that matches: got %q", got)
	}
	if got := answer(t, config, "r", "www.abc.com"); got != "" {
		t.Errorf("a host that no rule matches: got %q, want the request to go on", got)
	}
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
		h, err := plugintest.Start(t, plugintest.Options{Config: []byte(config)})
		if err == nil {
			t.Errorf("%s: the plugin started", config)
			continue
		}
		var log strings.Builder
		for _, line := range h.Logs() {
			log.WriteString(line.String() + "\n")
		}
		if !strings.Contains(log.String(), says) {
			t.Errorf("%s: the log does not name %s:\n%s", config, says, &log)
		}
	}
}

// The README says what the parser does.
func TestReadme(t *testing.T) {
	s, err := schema.Of[Config]("custom-response", config.WholeRules)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CheckFile("README.md"); err != nil {
		t.Error(err)
	}
}
