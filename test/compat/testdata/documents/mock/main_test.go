package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

var get = [][2]string{{":method", "GET"}, {":scheme", "http"}, {":authority", "a.test"}, {":path", "/get"}}

func TestMockOff(t *testing.T) {
	for _, config := range []string{`{"mockEnable": false}`, `{}`, ``} {
		h := plugintest.New(t, plugintest.Options{Config: []byte(config)})
		ex := h.Request(get)
		if got := ex.Upstream.Headers.Get("hello"); got != "world" || ex.Reply != nil {
			t.Errorf("configuration %q: header %q, reply %v", config, got, ex.Reply)
		}
	}
}

func TestMockOn(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{Config: []byte(`{"mockEnable": true}`)})
	ex := h.Request(get)
	if ex.Reply == nil || ex.Reply.Status != 200 || string(ex.Client.Body) != "hello world" || ex.Upstream.Sent() {
		t.Errorf("reply %+v, client %+v", ex.Reply, ex.Client)
	}
}
