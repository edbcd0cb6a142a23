package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

const config = `{"tokenHeader":"x-token","requestPath":"/token?u=a%2Fb","serviceName":"my-svc.static"}`

var get = [][2]string{{":method", "GET"}, {":scheme", "http"}, {":authority", "a.test"}, {":path", "/get"}}

func TestTokenIsForwarded(t *testing.T) {
	for _, body := range [][][]byte{nil, {[]byte("a"), []byte("b")}} {
		h := plugintest.New(t, plugintest.Options{Config: []byte(config)})
		var call plugintest.HTTPCall
		h.OnHTTPCall(func(c plugintest.HTTPCall) plugintest.HTTPAnswer {
			call = c
			return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}, {"x-token", "s3same"}}, Body: []byte("ok")}
		})
		ex := h.Request(get, body...)
		if got := ex.Upstream.Headers.Get("x-token"); got != "s3same" {
			t.Errorf("body %q: token %q; log %v", body, got, h.Logs())
		}
		if call.Cluster != "outbound|80||my-svc.static" {
			t.Errorf("called %q", call.Cluster)
		}
		want := [][2]string{{":method", "GET"}, {":path", "/token?u=a%2Fb"}, {":authority", "my-svc.static"}}
		for i := range want {
			if call.Headers[i] != want[i] {
				t.Errorf("header %d is %q, want %q", i, call.Headers[i], want[i])
			}
		}
	}
}

func TestRefusalEndsTheRequest(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{Config: []byte(config)})
	h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "503"}}}
	})
	ex := h.Request(get)
	if ex.Reply == nil || ex.Reply.Status != 500 || string(ex.Reply.Body) != "http call failed" || ex.Upstream.Sent() {
		t.Errorf("reply %+v", ex.Reply)
	}
}

func TestUnknownClusterPasses(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{Config: []byte(config), MissingClusters: []string{"outbound|80||my-svc.static"}})
	ex := h.Request(get)
	if !ex.Upstream.Sent() || len(h.LogsAt(proxywasm.LogLevelError)) != 1 {
		t.Errorf("sent %v, log %v", ex.Upstream.Sent(), h.Logs())
	}
}

func TestMissingTokenHeaderIsRefused(t *testing.T) {
	h, err := plugintest.Start(t, plugintest.Options{Config: []byte(`{"requestPath":"/"}`)})
	if !errors.Is(err, plugintest.ErrRefused) {
		t.Fatal(err)
	}
	if lines := h.LogsAt(proxywasm.LogLevelError); len(lines) != 1 || !strings.Contains(lines[0], "missing tokenHeader in config") {
		t.Errorf("log %q", lines)
	}
}
