package main

import (
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

const config = `{"serviceName":"my-svc.static","requestPath":"/token?a=b%2Fc","tokenHeader":"X-Token"}`

var post = [][2]string{{":method", "POST"}, {":path", "/"}, {":authority", "a.test"}, {":scheme", "http"}}

func TestTheCall(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{Config: []byte(config)})
	ex := h.Request(post, []byte("body"))
	calls := h.PendingHTTPCalls()
	if len(calls) != 1 || !ex.Paused() || ex.Upstream.Sent() {
		t.Fatalf("%d calls, paused %v, upstream got the request %v", len(calls), ex.Paused(), ex.Upstream.Sent())
	}
	c := calls[0]
	if c.Cluster != "outbound|80||my-svc.static" || c.Timeout != 500*time.Millisecond {
		t.Errorf("cluster %q, timeout %s", c.Cluster, c.Timeout)
	}
	for name, want := range map[string]string{":method": "GET", ":path": "/token?a=b%2Fc", ":authority": "my-svc.static"} {
		if got := c.Headers.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		name    string
		headers [][2]string
		token   string
		refused bool
	}{
		{"token", [][2]string{{":status", "200"}, {"x-token", "abc"}}, "abc", false},
		{"no token", [][2]string{{":status", "200"}}, "", false},
		{"503", [][2]string{{":status", "503"}, {"x-token", "abc"}}, "", true},
		{"404", [][2]string{{":status", "404"}}, "", true},
		{"no answer", nil, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := plugintest.New(t, plugintest.Options{Config: []byte(config)})
			h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
				return plugintest.HTTPAnswer{Headers: c.headers}
			})
			ex := h.Request(post, []byte("body"))
			if c.refused {
				if ex.Reply == nil || ex.Reply.Status != 500 || string(ex.Reply.Body) != "http call failed" {
					t.Errorf("the answer is %+v", ex.Reply)
				}
				if ex.Upstream.Sent() {
					t.Error("the request went upstream")
				}
				return
			}
			if got := ex.Upstream.Headers.Get("x-token"); got != c.token {
				t.Errorf("upstream saw x-token %q, want %q", got, c.token)
			}
			if string(ex.Upstream.Body) != "body" || !ex.Upstream.Ended {
				t.Errorf("upstream got body %q, ended %v", ex.Upstream.Body, ex.Upstream.Ended)
			}
		})
	}
}

func TestUnknownService(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{
		Config:          []byte(config),
		MissingClusters: []string{"outbound|80||my-svc.static"},
	})
	if ex := h.Request(post, []byte("body")); !ex.Upstream.Ended || ex.Reply != nil {
		t.Errorf("upstream got the request %v, answer %v", ex.Upstream.Ended, ex.Reply)
	}
}

func TestRefusedConfigurations(t *testing.T) {
	for _, config := range []string{
		`{"serviceName":"a.static","requestPath":"/"}`,
		`{"serviceName":"a.static","tokenHeader":"x"}`,
		`{"requestPath":"/","tokenHeader":"x"}`,
	} {
		if _, err := plugintest.Start(t, plugintest.Options{Config: []byte(config)}); err == nil {
			t.Errorf("%s: the plugin started", config)
		}
	}
}
