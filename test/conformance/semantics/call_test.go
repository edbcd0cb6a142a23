package main

import (
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/plugintest"
)

var calling = plugintest.Plugin{Clusters: []string{service}}

// The request waits for the answer, and goes on with what it says.
func TestCallHoldsRequest(t *testing.T) {
	for _, how := range []string{"call", "call and pause"} {
		t.Run(how, func(t *testing.T) {
			plugintest.Run(t, calling, func(t *testing.T, gw *plugintest.Gateway) {
				gw.Cluster(service).AnswerFunc(func(plugintest.Received) plugintest.Answer {
					gw.Backend.WantNone()
					return plugintest.Answer{Status: 201, Body: "yes"}
				})
				gw.Do(plugintest.Request{Body: "body", Headers: do(how)}).WantStatus(200)
				gw.Cluster(service).Only().WantLine("GET", "/check").WantHeader("x-own", "1")
				gw.Backend.Only().WantHeader("x-answer", "201:yes").WantBody("<body>")
			})
		})
	}
}

// The authority of a call is the URL's host, or the cluster's, or unknownhost.
func TestAuthorityOfCall(t *testing.T) {
	for name, c := range map[string]struct{ host, url, want, path string }{
		"nothing known": {"", "/p", "unknownhost", "/p"},
		"cluster's":     {"h.test", "/p?q=1", "h.test", "/p?q=1"},
		"name":          {"fqdn", "/p", "svc.static", "/p"},
		"URL's":         {"h.test", "http://u.test:81/p?q=1", "u.test:81", "/p?q=1"},
		"escapes":       {"h.test", "/a%2Fb?c=%20#d", "h.test", "/a%2Fb?c=%20"},
	} {
		t.Run(name, func(t *testing.T) {
			plugintest.Run(t, calling, func(t *testing.T, gw *plugintest.Gateway) {
				headers := append(do("call"), [2]string{"x-url", c.url})
				if c.host != "" {
					headers = append(headers, [2]string{"x-host", c.host})
				}
				gw.Get("/", headers...).WantStatus(200)
				if got := gw.Cluster(service).Only().WantLine("GET", c.path); got.Host != c.want {
					t.Errorf("authority %q, want %q", got.Host, c.want)
				}
			})
		})
	}
}

// A call without a timeout has 500 ms; the callback gets a status in any case.
func TestDefaultTimeoutOfCall(t *testing.T) {
	plugintest.Run(t, calling, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Cluster(service).Answer(plugintest.Answer{Delay: 900 * time.Millisecond})
		begin := time.Now()
		gw.Get("/", do("call impatiently")...).WantStatus(200)
		if took := time.Since(begin); took < 400*time.Millisecond {
			t.Errorf("the call was given up after %v, want 500 ms", took)
		}
		if got := gw.Backend.Only().Headers.Get("x-answer"); got[:4] != "504:" && got[:4] != "502:" {
			t.Errorf("answer %q, want 504 or 502", got)
		}
		gw.Get("/", do("call")...).WantStatus(200)
		gw.Backend.Want(2)[1].WantHeader("x-answer", "200:")
	})
}

// A call that can't be made is an error at once, and its callback never runs.
func TestCallOfUnknownCluster(t *testing.T) {
	plugintest.Run(t, plugintest.Plugin{}, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Get("/", do("call")...).WantStatus(200)
		gw.Backend.Only().WantHeader("x-answer", "none")
	})
}

// A service that breaks off is a status as well.
func TestCallThatFails(t *testing.T) {
	plugintest.Run(t, calling, func(t *testing.T, gw *plugintest.Gateway) {
		gw.Cluster(service).Answer(plugintest.Answer{Reset: plugintest.BeforeHeaders})
		gw.Get("/", do("call")...).WantStatus(200)
		if got := gw.Backend.Only().Headers.Get("x-answer"); got[:2] != "50" {
			t.Errorf("answer %q, want a status from 500 on", got)
		}
	})
}
