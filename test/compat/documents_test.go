package compat

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/host"
	"github.com/sluiceproxy/sluice/host/gateway"
	"github.com/sluiceproxy/sluice/host/upstream"
)

// serve runs a plugin in the embedded gateway, in front of an upstream that
// shows the headers that it gets in those of its response, as seen-<name>.
func serve(t *testing.T, code []byte, config string, clusters ...upstream.Cluster) http.Handler {
	t.Helper()
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, values := range r.Header {
			w.Header().Set("seen-"+name, strings.Join(values, ","))
		}
	}))
	t.Cleanup(echo.Close)
	all, err := upstream.New(upstream.Options{}, append(clusters, upstream.Cluster{Name: "echo", URL: echo.URL})...)
	if err != nil {
		t.Fatal(err)
	}
	runtime, err := host.NewRuntime(context.Background(), host.RuntimeOptions{Interpreter: true})
	if err != nil {
		t.Fatal(err)
	}
	g, err := gateway.New(context.Background(), gateway.Options{
		Runtime: runtime, Clusters: all, Concurrency: 1,
		Routes: []gateway.Route{
			{Name: "default/foo", Prefix: "/foo", Cluster: "echo"},
			{Name: "default/bar", Prefix: "/bar", Cluster: "echo"},
			{Name: "default/all", Cluster: "echo"},
		},
		Plugins: []gateway.Plugin{{Name: "document", Code: code, Config: []byte(config)}},
		Log:     func(_ host.LogLevel, _, msg string) { t.Log(msg) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := runtime.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return g.Handler()
}

// get sends a request and returns the response and its body.
func get(t *testing.T, h http.Handler, url string) (*http.Response, string) {
	t.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	host, path, _ := strings.Cut(url, "/")
	req, err := http.NewRequest("GET", server.URL+"/"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestMock(t *testing.T) {
	code := build(t, program(t, "mock", goMod))
	if res, _ := get(t, serve(t, code, `{"mockEnable": false}`), "a.test/get"); res.Header.Get("seen-hello") != "world" {
		t.Errorf("upstream saw %v, want hello: world", res.Header)
	}
	if res, body := get(t, serve(t, code, `{"mockEnable": true}`), "a.test/get"); res.StatusCode != 200 || body != "hello world" {
		t.Errorf("answer is %d %q, want 200 hello world", res.StatusCode, body)
	}
}

func TestEmptyConfiguration(t *testing.T) {
	h := serve(t, build(t, program(t, "empty", goMod)), "")
	if res, body := get(t, h, "a.test/get"); res.StatusCode != 200 || body != "hello world" {
		t.Errorf("answer is %d %q, want 200 hello world", res.StatusCode, body)
	}
}

func TestRules(t *testing.T) {
	h := serve(t, build(t, program(t, "rules", goMod)), `{"content": "hello higress", "_rules_": [
		{"_match_route_": ["default/foo"], "content": "hello foo"},
		{"_match_route_": ["default/bar"], "content": "hello bar"},
		{"_match_domain_": ["www.example.com"], "content": "hello world"}]}`)
	for url, want := range map[string]string{
		"www.abc.com/foo": "hello foo", "www.abc.com/bar": "hello bar", "www.example.com/": "hello world", "www.abc.com/": "hello higress",
	} {
		if _, body := get(t, h, url); body != want {
			t.Errorf("%s: %q, want %q", url, body, want)
		}
	}
}

func TestHTTPCall(t *testing.T) {
	called := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("x-token", "secret of "+r.URL.Path)
		if r.URL.Path != "/check" {
			w.WriteHeader(http.StatusForbidden)
		}
	}))
	defer called.Close()
	cluster := upstream.Cluster{Name: "outbound|80||auth.static", URL: called.URL}
	code := build(t, program(t, "httpcall", goMod))
	config := `{"tokenHeader": "x-token", "serviceName": "auth.static", "requestPath": "PATH"}`
	res, _ := get(t, serve(t, code, strings.Replace(config, "PATH", "/check", 1), cluster), "a.test/get")
	if got := res.Header.Get("seen-x-token"); got != "secret of /check" {
		t.Errorf("upstream saw the token %q", got)
	}
	res, body := get(t, serve(t, code, strings.Replace(config, "PATH", "/other", 1), cluster), "a.test/get")
	if res.StatusCode != 500 || body != "http call failed" {
		t.Errorf("answer is %d %q, want 500 http call failed", res.StatusCode, body)
	}
}

func TestRedis(t *testing.T) {
	code := build(t, program(t, "redis", goMod))
	cluster := upstream.Cluster{Name: "outbound|6379||quota.dns", URL: "redis://" + fakeRedis(t)}
	h := serve(t, code, `{"serviceName": "quota.dns", "qpm": 3}`, cluster)
	var statuses []int
	var left []string
	for range 4 {
		res, _ := get(t, h, "a.test/get")
		statuses = append(statuses, res.StatusCode)
		left = append(left, res.Header.Get("callTimeLeft"))
	}
	if !slices.Equal(statuses, []int{200, 200, 200, 429}) || !slices.Equal(left, []string{"2", "1", "0", "0"}) {
		t.Errorf("statuses %v with callTimeLeft %v, want 200 200 200 429 with 2 1 0 0", statuses, left)
	}
}
