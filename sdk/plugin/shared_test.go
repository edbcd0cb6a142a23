package plugin_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugin"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
)

// funcs is a handler made of a function.
type funcs func(req *http.Request) *plugin.Result

func (f funcs) ProcessRequest(_ context.Context, req *http.Request) *plugin.Result { return f(req) }
func (f funcs) ProcessResponse(context.Context, *http.Response) *plugin.Result {
	return plugin.ResultContinue
}
func (f funcs) Name() string   { return "funcs" }
func (f funcs) Priority() int  { return 0 }
func (f funcs) Cleanup() error { return nil }

func startFunc(t *testing.T, f func(req *http.Request) *plugin.Result) *plugintest.Host {
	t.Helper()
	register(t, func() { plugin.Register(func() plugin.Handler { return funcs(f) }) })
	return plugintest.New(t, plugintest.Options{})
}

func asUser(user string, more ...[2]string) [][2]string {
	return append([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}, {"x-user", user}}, more...)
}

// What a handler writes into a result for one request doesn't reach another.
func TestResultsAreNotShared(t *testing.T) {
	kept := plugin.NewResult(plugin.Modify, plugin.WithHeaders(http.Header{"X-List": make([]string, 1, 8)}))
	kept.Headers["X-List"] = append(make([]string, 0, 8), "first")
	defer func(c, m plugin.Result) { *plugin.ResultContinue, *plugin.ResultModify = c, m }(*plugin.ResultContinue, *plugin.ResultModify)
	for name, make := range map[string]func() *plugin.Result{
		"NewResult": func() *plugin.Result { return plugin.NewResult(plugin.Modify) },
		"Modify":    func() *plugin.Result { return plugin.ResultModify },
		"Continue":  func() *plugin.Result { return plugin.ResultContinue },
	} {
		h := startFunc(t, func(req *http.Request) *plugin.Result {
			r := make()
			if user := req.Header.Get("X-User"); user != "" {
				r.Headers = http.Header{"X-Result": {user}}
			}
			return r
		})
		h.Request(asUser("alice")).End()
		if got, ok := h.Request(asUser("")).Upstream.Headers.Lookup("x-result"); ok {
			t.Errorf("%s: the next request got %q", name, got)
		}
	}
	h := startFunc(t, func(req *http.Request) *plugin.Result {
		if user := req.Header.Get("X-User"); user != "" && req.Header["X-List"] != nil {
			req.Header["X-List"][0] = user
		}
		return kept
	})
	for range 2 {
		ex := h.Request(asUser("alice", [2]string{"x-list", "a"}))
		if got := ex.Upstream.Headers.Get("x-list"); got != "first" {
			t.Errorf("a result that is kept has become %q", got)
		}
		ex.End()
	}
}

// Headers that ask for an upgrade hide no body from handlers.
func TestUpgradeHidesNoBody(t *testing.T) {
	for _, c := range []struct {
		name   string
		in     plugintest.Input
		passes bool
	}{
		{"websocket", plugintest.Input{Headers: request("GET")}, true},
		{"websocket that sends", plugintest.Input{Headers: request("GET"), Chunks: [][]byte{[]byte("data")}}, true},
		{"POST", plugintest.Input{Headers: request("POST", "content-length", "4"), Chunks: [][]byte{[]byte("evil")}}, false},
		{"POST without a body", plugintest.Input{Headers: request("POST", "content-length", "0"), Chunks: [][]byte{[]byte("data")}}, true},
		{"GET with a length", plugintest.Input{Headers: request("GET", "content-length", "4"), Chunks: [][]byte{[]byte("evil")}}, false},
		{"GET in chunks", plugintest.Input{Headers: request("GET", "transfer-encoding", "chunked"), Chunks: [][]byte{[]byte("evil")}}, false},
	} {
		seen := ""
		h := startFunc(t, func(req *http.Request) *plugin.Result {
			b := make([]byte, 10)
			n, _ := req.Body.Read(b)
			if seen = string(b[:n]); seen == "evil" {
				return plugin.NewResult(plugin.Stop, plugin.WithStatus(403))
			}
			return plugin.ResultContinue
		})
		ex := h.Send(c.in)
		if ex.Upstream.Sent() != c.passes {
			t.Errorf("%s: passed %v, the handler saw %q", c.name, ex.Upstream.Sent(), seen)
		}
		ex.End()
	}
}

func request(method string, more ...string) [][2]string {
	h := [][2]string{{":method", method}, {":path", "/"}, {":authority", "a.test"}, {"connection", "keep-alive, Upgrade"}, {"upgrade", "websocket"}}
	for i := 0; i < len(more); i += 2 {
		h = append(h, [2]string{more[i], more[i+1]})
	}
	return h
}

// A path that can't be parsed is not shown in the log.
func TestBadPathIsNotLogged(t *testing.T) {
	h := startFunc(t, func(*http.Request) *plugin.Result { return plugin.ResultContinue })
	ex := h.Request([][2]string{{":method", "GET"}, {":path", "/%zz?key=s3cret"}, {":authority", "a.test"}})
	if ex.Reply == nil || ex.Reply.Status != 400 {
		t.Errorf("reply %+v", ex.Reply)
	}
	for _, line := range h.Logs() {
		if strings.Contains(line.Message, "s3cret") {
			t.Error(line)
		}
	}
}
