package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
)

// A panic is answered with 500, and never lets a request through; the next
// request finds the plugin as it was.
func TestPanicFailsClosed(t *testing.T) {
	for phase, r := range map[string]plugintest.Request{
		"request_headers":  {Headers: do("panic"), Body: "body"},
		"request_body":     {Headers: do("panic in body"), Body: "body"},
		"response_headers": {Headers: do("panic in response")},
		"http_call":        {Headers: do("call and panic")},
	} {
		t.Run(phase, func(t *testing.T) {
			plugintest.Run(t, calling, func(t *testing.T, gw *plugintest.Gateway) {
				gw.AllowLog("plugin panicked in " + phase)
				gw.Do(r).WantStatus(500)
				passed := 1
				if phase != "response_headers" {
					gw.Backend.WantNone()
					passed = 0
				}
				gw.WantLog(plugintest.Critical, "plugin panicked in "+phase)
				wantCount(t, gw, "sluice_plugin_panics", 1)
				gw.Do(plugintest.Request{Body: "next"}).WantStatus(200)
				gw.Backend.Want(passed + 1)[passed].WantBody("<next>")
			})
		})
	}
}

// A response of which nothing was inspected does not reach the client.
func TestPanicInResponseBody(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.AllowLog("plugin panicked in response_body")
		gw.Backend.Answer(plugintest.Answer{Body: "secret"})
		if res := gw.Get("/", do("panic in response body")...); res.Body == "secret" || res.Status == 200 && !res.Broken {
			t.Errorf("the client got status %d and %q", res.Status, res.Body)
		}
		wantCount(t, gw, "sluice_plugin_panics", 1)
	})
}

// Streams that are under way when another one panics go on.
func TestPanicLeavesOthersAlone(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.AllowLog("plugin panicked")
		open := gw.Open(plugintest.Request{Headers: do("stream")}).Send("a")
		gw.Backend.Wait("the first part", func(r plugintest.Received) bool { return r.Body == "A" })
		gw.Get("/", do("panic")...).WantStatus(500)
		open.Send("b").End().Response().WantStatus(200)
		gw.Backend.Only().WantBody("AB.")
	})
}
