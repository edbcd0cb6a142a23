package wrapper

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// inRequest runs f in the request header phase of a plugin.
func inRequest(t *testing.T, o plugintest.Options, f func(c HttpContext)) *plugintest.Exchange {
	t.Helper()
	return start(t, o, ProcessRequestHeaders(func(c HttpContext, _ settings) types.Action {
		f(c)
		return types.ActionContinue
	})).Request(get)
}

func TestMethodsOfTheClient(t *testing.T) {
	var client HttpClient = NewClusterClient(DnsCluster{ServiceName: "svc", Domain: "d.test", Port: 8080})
	body := []byte("body")
	for method, send := range map[string]func() error{
		"GET":     func() error { return client.Get("/", nil, nil) },
		"HEAD":    func() error { return client.Head("/", nil, nil) },
		"OPTIONS": func() error { return client.Options("/", nil, nil) },
		"POST":    func() error { return client.Post("/", nil, body, nil) },
		"PUT":     func() error { return client.Put("/", nil, body, nil) },
		"PATCH":   func() error { return client.Patch("/", nil, body, nil) },
		"DELETE":  func() error { return client.Delete("/", nil, body, nil) },
		"CONNECT": func() error { return client.Connect("/", nil, body, nil) },
		"TRACE":   func() error { return client.Trace("/", nil, body, nil) },
		"PURGE":   func() error { return client.Call("PURGE", "/", nil, body, nil) },
	} {
		h := start(t, plugintest.Options{}, ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			if err := send(); err != nil {
				t.Error(err)
			}
			return types.ActionContinue
		}))
		h.Request(get)
		calls := h.PendingHTTPCalls()
		if len(calls) != 1 || calls[0].Headers.Get(":method") != method || calls[0].Headers.Get(":authority") != "d.test" ||
			calls[0].Cluster != "outbound|8080||svc.dns" || calls[0].Timeout != 500*time.Millisecond {
			t.Errorf("%s: %+v", method, calls)
		}
		if wantBody := !slices.Contains([]string{"GET", "HEAD", "OPTIONS"}, method); (len(calls[0].Body) > 0) != wantBody {
			t.Errorf("%s: body %q", method, calls[0].Body)
		}
	}
}

func TestHeadersOfACall(t *testing.T) {
	for _, c := range []struct{ url, path, authority string }{
		{"/a%2Fb?q=1%2F2#frag", "/a%2Fb?q=1%2F2", "svc.dns"},
		{"http://other.test:81/x", "/x", "other.test:81"},
		{"//other.test", "/", "other.test"},
		{"x y", "/x%20y", "svc.dns"},
		{"", "/", "svc.dns"},
		{"?a=b", "/?a=b", "svc.dns"},
	} {
		mine := make([][2]string, 0, 8)
		mine = append(mine, [2]string{":path", "/evil"}, [2]string{"a", "1"}, [2]string{":authority", "evil"}, [2]string{"b", "2"}, [2]string{":method", "EVIL"})
		before := slices.Clone(mine[:8])
		h := start(t, plugintest.Options{}, ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			if err := client.Get(c.url, mine, nil, 1500); err != nil {
				t.Error(err)
			}
			return types.ActionContinue
		}))
		h.Request(get)
		if !slices.Equal(mine[:8], before) {
			t.Errorf("the caller's headers were changed: %q", mine[:8])
		}
		call := h.PendingHTTPCalls()[0]
		got := map[string]string{}
		for _, p := range call.Headers {
			got[p[0]] += p[1]
		}
		want := map[string]string{":method": "GET", ":path": c.path, ":authority": c.authority, "a": "1", "b": "2"}
		if fmt.Sprint(got) != fmt.Sprint(want) || call.Timeout != 1500*time.Millisecond {
			t.Errorf("%q: %v, timeout %v; want %v", c.url, got, call.Timeout, want)
		}
	}
}

func TestOrderOfHeaders(t *testing.T) {
	got := requestHeaders([][2]string{{":path", "x"}, {"a", "1"}}, "PUT", "/p", "h")
	if fmt.Sprint(got) != "[[a 1] [:method PUT] [:path /p] [:authority h]]" {
		t.Error(got)
	}
}

func TestErrorsOfACall(t *testing.T) {
	inRequest(t, plugintest.Options{MissingClusters: []string{"outbound|80||svc.dns"}}, func(HttpContext) {
		never := func(int, http.Header, []byte) { t.Error("called back") }
		if err := client.Get("/", nil, never); !errors.Is(err, types.ErrorStatusBadArgument) {
			t.Errorf("unknown cluster: %v", err)
		}
		for _, url := range []string{"/\r\nx: y", "mailto:x", "host:80/x", "/%zz", "http://a b/"} {
			if err := client.Get(url, nil, never); err == nil || strings.ContainsAny(err.Error(), "\r\n") {
				t.Errorf("%q: %v", url, err)
			}
		}
		if err := client.Get("/", [][2]string{{"a", "b\r\nc"}}, never); !errors.Is(err, types.ErrInvalidHeader) {
			t.Errorf("invalid header: %v", err)
		}
		for _, wrong := range []any{1, "x", func() {}, func(int, map[string]string, []byte) {}, func(int, http.Header, string) {},
			func(int, http.Header, []byte) error { return nil }, func(int64, http.Header, []byte) {}, func(int, http.Header, ...[]byte) {}} {
			if err := client.Get("/", nil, wrong); !errors.Is(err, ErrCallback) || !strings.Contains(err.Error(), fmt.Sprintf("%T", wrong)) {
				t.Errorf("callback %T: %v", wrong, err)
			}
		}
	})
}

func TestFormsOfTheCallback(t *testing.T) {
	type named func(int, http.Header, []byte)
	var got []string
	for _, cb := range []any{
		func(s int, h http.Header, b []byte) {
			got = append(got, fmt.Sprint(s, h.Values("X-A"), h[":status"], string(b)))
		},
		named(func(s int, h http.Header, b []byte) {
			got = append(got, fmt.Sprint(s, h.Values("x-a"), h[":status"], string(b)))
		}),
		func(s int, h map[string][]string, b []byte) {
			got = append(got, fmt.Sprint(s, h["X-A"], h[":status"], string(b)))
		},
		func(s int, h [][2]string, b []byte) {
			got = append(got, fmt.Sprint(s, []string{h[1][1], h[2][1]}, []string{h[0][1]}, string(b)))
		},
		RouteResponseCallback(func(s int, h [][2]string, b []byte) {
			got = append(got, fmt.Sprint(s, []string{h[1][1], h[2][1]}, []string{h[0][1]}, string(b)))
		}),
		nil, (func(int, http.Header, []byte))(nil),
	} {
		h := start(t, plugintest.Options{}, ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			call(t, cb)
			return types.ActionContinue
		}))
		h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
			return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "201"}, {"x-a", "1"}, {"x-a", "2"}}, Body: []byte("ok")}
		})
		h.Request(get)
	}
	if len(got) != 5 {
		t.Fatalf("%d answers", len(got))
	}
	for i, g := range got {
		if g != "201 [1 2] [201]ok" {
			t.Errorf("form %d: %s", i, g)
		}
	}
}

func TestStatusOfAnAnswer(t *testing.T) {
	for _, c := range []struct {
		headers [][2]string
		want    int
	}{
		{nil, 502}, {[][2]string{{"a", "b"}}, 502}, {[][2]string{{":status", "504"}}, 504}, {[][2]string{{":status", "x"}}, 500},
	} {
		got := 0
		h := start(t, plugintest.Options{}, ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			call(t, func(status int, _ http.Header, _ []byte) { got = status })
			return types.ActionContinue
		}))
		h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer { return plugintest.HTTPAnswer{Headers: c.headers} })
		h.Request(get)
		if got != c.want {
			t.Errorf("%v: %d, want %d", c.headers, got, c.want)
		}
	}
}

// Nothing that users sent or got is in the log lines of a call.
func TestCallsDontLogSecrets(t *testing.T) {
	h := start(t, plugintest.Options{}, ProcessRequestHeaders(func(HttpContext, settings) types.Action {
		if err := client.Post("/p?token=s3cret", [][2]string{{"authorization", "s3cret"}}, []byte("s3cret"), func(int, http.Header, []byte) {}); err != nil {
			t.Error(err)
		}
		return types.ActionContinue
	}))
	h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}, {"set-cookie", "s3cret"}}, Body: []byte("s3cret")}
	})
	h.Request(get)
	lines := h.LogsAt(proxywasm.LogLevelDebug)
	if !contains(lines, "http call to") || contains(lines, "s3cret") {
		t.Errorf("log %q", lines)
	}
}

func TestCanonical(t *testing.T) {
	for _, name := range []string{"", ":status", "x-a", "X-A", "x--a-", "content-type", "wWw-AuThenticate", "a b", "ä", "x_y!z", "1-a"} {
		if got, want := canonical(name), http.CanonicalHeaderKey(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestRouteCall(t *testing.T) {
	for _, in := range []plugintest.Input{
		{Chunks: chunks("an", "swer")},
		{Chunks: chunks("answer"), Trailers: [][2]string{{"t", "1"}}},
		{},
	} {
		var got string
		h := start(t, plugintest.Options{},
			ProcessRequestHeaders(func(HttpContext, settings) types.Action { return types.HeaderStopIteration }),
			ProcessRequestBody(func(c HttpContext, _ settings, body []byte) types.Action {
				err := c.RouteCall("PUT", "http://new.test/a%2Fb?c", [][2]string{{"x-more", "1"}}, append(body, '!'),
					func(status int, headers [][2]string, body []byte) {
						_, hasLength := find(headers, "content-length")
						got = fmt.Sprint(status, len(headers) > 0, hasLength, string(body))
						if len(body) > 0 {
							_ = proxywasm.ReplaceHttpResponseBody([]byte("replaced"))
						}
					})
				if err != nil {
					t.Error(err)
				}
				return types.ActionContinue
			}))
		ex := h.Request(requestTo("POST", "a.test", "/old?q", [2]string{"accept-encoding", "gzip"}, [2]string{"content-length", "4"}), chunks("bo", "dy")...)
		up := ex.Upstream
		want := [][2]string{{":method", "PUT"}, {":path", "/a%2Fb?c"}, {":authority", "new.test"}, {"x-more", "1"},
			{"x-envoy-original-method", "POST"}, {"x-envoy-original-path", "/old?q"}, {"x-envoy-original-host", "a.test"}}
		for _, p := range want {
			if up.Headers.Get(p[0]) != p[1] {
				t.Errorf("%s is %q, want %q", p[0], up.Headers.Get(p[0]), p[1])
			}
		}
		for _, gone := range []string{"accept-encoding", "content-length"} {
			if _, there := up.Headers.Lookup(gone); there {
				t.Errorf("%s is still there", gone)
			}
		}
		if string(up.Body) != "body!" {
			t.Errorf("upstream got %q", up.Body)
		}
		in.Headers = [][2]string{{":status", "201"}}
		ex.RespondWith(in)
		wantGot, wantBody := "201 true falseanswer", "replaced"
		if in.Chunks == nil {
			wantGot, wantBody = "201 true false", ""
		}
		if got != wantGot || string(ex.Client.Body) != wantBody || !ex.Client.Ended {
			t.Errorf("%+v: callback got %q; client %+v", in, got, ex.Client)
		}
	}
}

func TestRouteCallErrors(t *testing.T) {
	inRequest(t, plugintest.Options{}, func(c HttpContext) {
		cb := func(int, [][2]string, []byte) {}
		if c.RouteCall("GET", "/\n", nil, nil, cb) == nil || c.RouteCall("GET", "/", nil, nil, nil) == nil ||
			c.RouteCall("GET", "/", [][2]string{{"", ""}}, nil, cb) == nil {
			t.Error("accepted")
		}
	})
}
