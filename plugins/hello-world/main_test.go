package main

import (
	"testing"

	"github.com/sluiceproxy/sluice/plugintest"
)

func TestAddsTheHeader(t *testing.T) {
	for name, config := range map[string]string{
		"none": "", "empty": "{}", "no mock": `{"mockEnable":false}`, "another key": `{"other":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			plugintest.Run(t, plugintest.Plugin{Config: config}, func(t *testing.T, gw *plugintest.Gateway) {
				gw.Backend.Answer(plugintest.Answer{Body: "from upstream"})
				gw.Get("/get").WantStatus(200).WantBody("from upstream")
				gw.Backend.Only().WantLine("GET", "/get").WantHeader("hello", "world")
			})
		})
	}
}

func TestMock(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{Config: `{"mockEnable":true}`}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Get("/get").WantStatus(200).WantBody("hello world")
		gw.Backend.WantNone()
	})
}

func TestConfigurationThatIsNoJSON(t *testing.T) {
	plugintest.RunRefused(t, plugintest.Plugin{Config: `{"mockEnable"`})
}
