package main

import (
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/plugintest"
)

const (
	config  = `{"serviceName":"my-svc.static","requestPath":"/token?a=b%2Fc","tokenHeader":"X-Token"}`
	service = "outbound|80||my-svc.static"
)

var (
	plugin = plugintest.Plugin{Config: config, Clusters: []string{service}}
	post   = plugintest.Request{Body: "body"}
)

// TestTheCall also shows that the request waits for the service.
func TestTheCall(t *testing.T) {
	plugintest.Run(t, plugin, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Cluster(service).AnswerFunc(func(plugintest.Received) plugintest.Answer {
			gw.Backend.WantNone()
			return plugintest.Answer{}
		})
		gw.Do(post).WantStatus(200)
		if got := gw.Cluster(service).Only().WantLine("GET", "/token?a=b%2Fc"); got.Host != "my-svc.static" {
			t.Errorf("authority %s", got.Host)
		}
		gw.Backend.Only()
	})
}

func TestToken(t *testing.T) {
	for name, c := range map[string]struct {
		headers plugintest.Headers
		want    []string
	}{
		"token":    {plugintest.Headers{{"x-token", "abc"}}, []string{"abc"}},
		"no token": {nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			plugintest.Run(t, plugin, func(t *testing.T, gw *plugintest.Gateway) {
				gw.Cluster(service).Answer(plugintest.Answer{Headers: c.headers})
				gw.Do(post).WantStatus(200)
				gw.Backend.Only().WantHeader("x-token", c.want...).WantBody("body")
			})
		})
	}
}

func TestServiceThatFails(t *testing.T) {
	for name, answer := range map[string]plugintest.Answer{
		"503":      {Status: 503, Headers: plugintest.Headers{{"x-token", "abc"}}},
		"404":      {Status: 404},
		"reset":    {Reset: plugintest.BeforeHeaders},
		"too slow": {Delay: 3 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			plugintest.Run(t, plugin, func(t *testing.T, gw *plugintest.Gateway) {
				gw.Cluster(service).Answer(answer)
				gw.Do(post).WantStatus(500).WantBody("http call failed")
				gw.Backend.WantNone()
				gw.WantLog(plugintest.Error, "http call failed, status: ")
			})
		})
	}
}

func TestUnknownService(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{Config: config}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Do(post).WantStatus(200)
		gw.Backend.Only().WantHeader("x-token").WantBody("body")
		gw.WantLog(plugintest.Error, "call "+service)
	})
}

func TestRefusedConfigurations(t *testing.T) {
	for missing, config := range map[string]string{
		"tokenHeader": `{"serviceName":"a.static","requestPath":"/"}`,
		"requestPath": `{"serviceName":"a.static","tokenHeader":"x"}`,
		"serviceName": `{"requestPath":"/","tokenHeader":"x"}`,
	} {
		t.Run(missing, func(t *testing.T) {
			plugintest.RunRefused(t, plugintest.Plugin{Config: config}, "missing "+missing)
		})
	}
}
