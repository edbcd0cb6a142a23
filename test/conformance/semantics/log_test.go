package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
)

// A line is "[plugin] [configuration's id] [x-request-id] message", on one line.
func TestLogPrefix(t *testing.T) {
	for name, c := range map[string]struct{ config, id string }{
		"without an id": {`{"name":"g"}`, "nil"},
		"with an id":    {`{"name":"g","_plugin_id_":"p1"}`, "p1"},
	} {
		t.Run(name, func(t *testing.T) {
			plugintest.Run(t, plugintest.Plugin{Config: c.config}, func(t *testing.T, gw *plugintest.Gateway) {
				gw.Get("/", do("log")...).WantStatus(200)
				id := gw.Backend.Only().Headers.Get("x-request-id")
				gw.WantLog(plugintest.Info, "[semantics] ["+c.id+"] ["+id+`] said with 1\nbreak`)
			})
		})
	}
}

// An answer's callback logs with the id of the request that made the call, and so
// does a handler's own logger in the body phase.
func TestLogOfLaterPhases(t *testing.T) {
	plugintest.Run(t, calling, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Do(plugintest.Request{Headers: do("call"), Body: "body"}).WantStatus(200)
		id := gw.Backend.Only().Headers.Get("x-request-id")
		gw.WantLog(plugintest.Info, "[semantics] [nil] ["+id+"] answered 200")
		gw.WantLog(plugintest.Info, "[semantics] [nil] ["+id+"] request body of 4")
	})
}

// The id of a configuration that has none any more is not that of the one before.
func TestLogAfterUpdate(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{Config: `{"_plugin_id_":"old"}`}, func(t *testing.T, gw *plugintest.Gateway) {
		if err := gw.Configure(`{"name":"new"}`); err != nil {
			t.Fatal(err)
		}
		gw.Get("/", do("log")...).WantStatus(200)
		gw.WantLog(plugintest.Info, "[semantics] [nil] [")
	})
}
