package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/plugin"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

func newHandler(t *testing.T, json string) plugin.Handler {
	t.Helper()
	c, err := config.Parse[Config]([]byte(json))
	if err != nil {
		t.Fatal(err)
	}
	h, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestRequests(t *testing.T) {
	for _, c := range []struct {
		name, config, method string
		headers              map[string]string
		status               int // 0: goes on
		body, header         string
	}{
		{"no key", `{}`, "GET", nil, 401, `{"error":"missing or invalid X-API-Key header"}`, ""},
		{"any key", `{}`, "GET", map[string]string{"X-API-Key": "k"}, 0, "", ""},
		{"a wrong key", `{"api_keys":["a","b"]}`, "GET", map[string]string{"X-API-Key": "c"}, 401, "", ""},
		{"a right key", `{"api_keys":["a","b"]}`, "GET", map[string]string{"X-API-Key": "b"}, 0, "", ""},
		{"another header", `{"auth_header":"X-Key"}`, "GET", map[string]string{"X-Key": "k"}, 0, "", ""},
		{"preflight", `{}`, "OPTIONS", map[string]string{"Origin": "https://a.test"}, 204, "", "Access-Control-Allow-Origin: *"},
		{"preflight of a named origin", `{"allowed_origins":["https://b.test","https://a.test"]}`, "OPTIONS", map[string]string{"Origin": "https://a.test"}, 204, "", "Access-Control-Allow-Credentials: true"},
		{"preflight with * and credentials", `{}`, "OPTIONS", map[string]string{"Origin": "https://a.test"}, 204, "", "Access-Control-Allow-Credentials: "},
		{"preflight of another origin", `{"allowed_origins":["https://b.test"]}`, "OPTIONS", map[string]string{"Origin": "https://a.test"}, 403, `{"error":"origin not allowed"}`, ""},
		{"OPTIONS without origin", `{}`, "OPTIONS", nil, 401, "", ""},
	} {
		req := httptest.NewRequest(c.method, "/a", nil)
		for name, value := range c.headers {
			req.Header.Set(name, value)
		}
		r := newHandler(t, c.config).ProcessRequest(context.Background(), req)
		if c.status == 0 {
			if r != plugin.ResultModify || req.Header.Get("X-Processed-By") != "example-plugin" || req.Header.Get("X-Request-Start") == "" {
				t.Errorf("%s: %+v, headers %v", c.name, r, req.Header)
			}
			continue
		}
		name, want, _ := strings.Cut(c.header, ": ")
		if r.Action() != plugin.Stop || r.StatusCode != c.status || !strings.Contains(string(r.ResponseBody), c.body) || r.Headers.Get(name) != want {
			t.Errorf("%s: %d %q %v", c.name, r.StatusCode, r.ResponseBody, r.Headers)
		}
	}
}

// A client is its address: another port is the same one. The count begins anew
// after a minute.
func TestLimit(t *testing.T) {
	h := newHandler(t, `{"rate_limit":2}`).(*example)
	ask := func(addr string) *plugin.Result {
		req := httptest.NewRequest("GET", "/", nil)
		req.RemoteAddr = addr
		req.Header.Set("X-API-Key", "k")
		return h.ProcessRequest(context.Background(), req)
	}
	for i, addr := range []string{"10.0.0.1:1", "10.0.0.1:2", "10.0.0.1:3", "[::1]:1", "10.0.0.2:1"} {
		r := ask(addr)
		if (r.StatusCode == 429) != (i == 2) {
			t.Errorf("request %d of %s: %d", i, addr, r.StatusCode)
		}
		if i != 2 {
			continue
		}
		reset, _ := strconv.ParseInt(r.Headers.Get("X-RateLimit-Reset"), 10, 64)
		if left := time.Until(time.Unix(reset, 0)); left < 50*time.Second || left > time.Minute {
			t.Errorf("the count begins anew in %s", left)
		}
		if !strings.Contains(string(r.ResponseBody), `"limit":2`) || r.Headers.Get("Retry-After") == "" {
			t.Errorf("%q %v", r.ResponseBody, r.Headers)
		}
	}
	l := limiter{most: 1}
	begin := time.Now()
	for i, c := range []struct {
		at time.Duration
		ok bool
	}{{0, true}, {59 * time.Second, false}, {60 * time.Second, true}, {61 * time.Second, false}, {119 * time.Second, false}, {120 * time.Second, true}} {
		if _, ok := l.take("a", begin.Add(c.at)); ok != c.ok {
			t.Errorf("step %d, after %s: %v", i, c.at, ok)
		}
	}
	for i := range 3 * maxClients {
		l.take(strconv.Itoa(i), begin)
	}
	if len(l.clients) > maxClients {
		t.Errorf("%d clients are kept", len(l.clients))
	}
	if err := h.Cleanup(); err != nil || h.limit.clients != nil {
		t.Errorf("after Cleanup: %v, %d clients", err, len(h.limit.clients))
	}
}

func TestResponses(t *testing.T) {
	for _, c := range []struct {
		config string
		status int
		want   int // 0: goes on
	}{{`{}`, 200, 0}, {`{}`, 404, 0}, {`{}`, 500, 502}, {`{}`, 503, 502}, {`{"debug":true}`, 503, 0}} {
		h := newHandler(t, c.config)
		req := httptest.NewRequest("GET", "/", nil)
		req.Header.Set("X-API-Key", "k")
		req.Header.Set("Origin", "https://a.test")
		h.ProcessRequest(context.Background(), req)
		resp := &http.Response{StatusCode: c.status, Header: http.Header{}, Request: req}
		r := h.ProcessResponse(req.Context(), resp)
		if r.StatusCode != c.want || c.want == 502 && string(r.ResponseBody) != `{"error":"service temporarily unavailable"}` {
			t.Errorf("%s, %d: %d %q", c.config, c.status, r.StatusCode, r.ResponseBody)
		}
		for _, name := range []string{"X-Content-Type-Options", "X-Frame-Options", "X-Xss-Protection", "X-Processing-Time", "Access-Control-Allow-Origin"} {
			if resp.Header.Get(name) == "" {
				t.Errorf("%s, %d: no %s", c.config, c.status, name)
			}
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv(environment, `{"rate_limit":7}`)
	if h := newHandler(t, `{}`).(*example); h.config.RateLimit != 7 {
		t.Errorf("limit %d", h.config.RateLimit)
	}
	if h := newHandler(t, `{"rate_limit":8}`).(*example); h.config.RateLimit != 8 {
		t.Errorf("limit %d", h.config.RateLimit)
	}
	t.Setenv(environment, `{"rate_limit":0}`)
	if _, err := plugintest.Start(t, plugintest.Options{}); err == nil {
		t.Error("a wrong configuration of the environment was accepted")
	}
}

// The same handler in a gateway.
func TestInAGateway(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{Config: []byte(`{"api_keys":["k"]}`), Properties: map[string]string{"source.address": "10.0.0.1:99"}})
	get := [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}}
	if ex := h.Request(get); ex.Reply == nil || ex.Reply.Status != 401 {
		t.Errorf("without a key: %+v", ex.Reply)
	}
	ex := h.Request(append(get, [2]string{"x-api-key", "k"}))
	if ex.Upstream.Headers.Get("x-processed-by") != "example-plugin" {
		t.Errorf("upstream saw %v", ex.Upstream.Headers)
	}
	ex.Respond([][2]string{{":status", "503"}, {"x-secret", "1"}}, []byte("a stack trace"))
	if ex.Reply == nil || ex.Reply.Status != 502 || ex.Client.Headers.Get("x-frame-options") != "DENY" || ex.Client.Headers.Get("x-secret") != "" {
		t.Errorf("the client got %v", ex.Client.Headers)
	}
	for _, config := range []string{`{"rate_limit":0}`, `{"rate_limits":1}`, `[]`, `{"auth_header":""}`} {
		if _, err := plugintest.Start(t, plugintest.Options{Config: []byte(config)}); err == nil {
			t.Errorf("%s was accepted", config)
		}
	}
}
