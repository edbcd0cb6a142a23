package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

var get = [][2]string{{":method", "GET"}, {":path", "/get"}, {":authority", "a.test"}, {":scheme", "http"}}

func TestAddsTheHeader(t *testing.T) {
	for _, config := range []string{"", "{}", `{"mockEnable":false}`, `{"other":1}`} {
		ex := plugintest.New(t, plugintest.Options{Config: []byte(config)}).Request(get)
		if got := ex.Upstream.Headers.Values("hello"); len(got) != 1 || got[0] != "world" {
			t.Errorf("config %q: header hello is %q", config, got)
		}
		if ex.Reply != nil {
			t.Errorf("config %q: answered %v itself", config, ex.Reply)
		}
	}
}

func TestMock(t *testing.T) {
	ex := plugintest.New(t, plugintest.Options{Config: []byte(`{"mockEnable":true}`)}).Request(get)
	if ex.Reply == nil || ex.Reply.Status != 200 || string(ex.Reply.Body) != "hello world" {
		t.Errorf("the answer is %+v, want 200 hello world", ex.Reply)
	}
	if ex.Upstream.Sent() {
		t.Error("the request went upstream as well")
	}
}

func TestConfigurationThatIsNoJSON(t *testing.T) {
	if _, err := plugintest.Start(t, plugintest.Options{Config: []byte(`{"mockEnable"`)}); err == nil {
		t.Error("the plugin started")
	}
}
