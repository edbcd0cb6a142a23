package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
)

// What a request asked for is known in later phases, and so is its configuration.
func TestRequestInLaterPhases(t *testing.T) {
	p := plugintest.Plugin{Config: rules(rule("one", byHost))}
	plugintest.Run(t, p, func(t *testing.T, gw *plugintest.Gateway) {
		res := gw.Do(plugintest.Request{Method: "PUT", Host: "a.test:81", Path: "/p?q=1"})
		res.WantStatus(200).WantHeader("x-response-name", "one")
		if seen := res.Headers.Get("x-seen"); seen != "PUT http a.test:81 /p?q=1" && seen != "PUT https a.test:81 /p?q=1" {
			t.Errorf("seen in the response: %q", seen)
		}
	})
}

// Attributes for the access log are added to those that are there, as the inside
// of a JSON string; newer ones win.
func TestUserAttributes(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Get("/", do("attributes")...).WantStatus(200)
		gw.Backend.Only().WantHeader("x-attributes", `{\"kept\":1,\"who\":\"c\"}`)
	})
}

// Each function runs at the first tick, and then when its period is over; one
// that panics keeps no other from running.
func TestTicks(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{Config: `{"tick":true}`}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.AllowLog("plugin panicked in tick")
		gw.Eventually("ten ticks", func() bool {
			n, _ := gw.Metric("semantics_fast")
			return n >= 10
		})
		if n, _ := gw.Metric("semantics_slow"); n < 1 || n > 3 { // an Envoy ticks each of its VMs
			t.Errorf("the hourly function ran %d times, want once", n)
		}
		gw.Get("/").WantStatus(200)
		gw.WantLog(plugintest.Critical, "plugin panicked in tick")
	})
}

// The end of an exchange is told once.
func TestStreamDone(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		for range 3 {
			gw.Do(plugintest.Request{Body: "body"}).WantStatus(200)
		}
		wantCount(t, gw, "semantics_done", 3)
	})
}
