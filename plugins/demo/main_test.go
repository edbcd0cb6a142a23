package main

import (
	"os"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

var request = [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}, {":scheme", "http"}}

// greeting is the header that upstream gets.
func greeting(t *testing.T, config, header string, state map[string]string) string {
	t.Helper()
	h := plugintest.New(t, plugintest.Options{Config: []byte(config), Properties: state})
	return h.Request(request).Upstream.Headers.Get(header)
}

func TestGreeting(t *testing.T) {
	for _, c := range []struct {
		config, header string
		state          map[string]string
		want           string
	}{
		{`{"hostName":"Tom"}`, "tom", map[string]string{"filter_state.guest_name": "Jack"}, "hello, Jack"},
		{`{"hostName":"John Doe"}`, "john-doe", map[string]string{"filter_state.guest_name": "Jack"}, "hello, Jack"},
		{`{"hostName":"Tom"}`, "tom", map[string]string{"guest_name": "Ann"}, "hello, Ann"}, // left by another plugin
		{`{"hostName":"Tom"}`, "tom", nil, "hello, "},
		{`{"hostName":"Tom","_rules_":[{"_match_domain_":["a.test"],"hostName":"Tim"}]}`, "tim", nil, "hello, "},
	} {
		if got := greeting(t, c.config, c.header, c.state); got != c.want {
			t.Errorf("%s, %v: %q, want %q", c.config, c.state, got, c.want)
		}
	}
}

func TestShippedConfiguration(t *testing.T) {
	file, err := os.ReadFile("config.yaml")
	if err != nil {
		t.Fatal(err)
	}
	config, err := yaml.YAMLToJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := greeting(t, string(config), "tom", nil); got != "hello, " {
		t.Errorf("%q", got)
	}
}

// A name that would break its line ends the request instead of splitting it.
func TestNameThatBreaksItsLine(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{Config: []byte(`{"hostName":"a\r\nb"}`)})
	if ex := h.Request(request); ex.Reply == nil || ex.Reply.Status != 500 {
		t.Errorf("%+v", ex.Reply)
	}
}

func TestRefusedConfigurations(t *testing.T) {
	for _, config := range []string{``, `{}`, `{"hostName":""}`, `{"hostName":7}`, `{"hostName":"a","x":1}`} {
		h, err := plugintest.Start(t, plugintest.Options{Config: []byte(config)})
		if log := strings.Join(h.LogsAt(proxywasm.LogLevelError), "\n"); err == nil || log == "" {
			t.Errorf("%s: %v, log %q", config, err, log)
		}
	}
}
