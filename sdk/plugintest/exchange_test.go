package plugintest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

func get(op string) [][2]string {
	return [][2]string{{":method", "GET"}, {":path", "/a?b=c"}, {":authority", "a.test"}, {"x-op", op}}
}

func TestRequestAndResponse(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{Config: []byte("hi")})
	ex := h.Request(get("none"), []byte("one"), []byte("two"))
	if got := ex.Upstream.Headers.Get("greeting"); got != "hi" {
		t.Errorf("upstream got greeting %q", got)
	}
	if string(ex.Upstream.Body) != "onetwo" || !ex.Upstream.Ended || ex.Paused() {
		t.Errorf("upstream got %+v", ex.Upstream)
	}
	ex.Respond([][2]string{{":status", "200"}, {"set-cookie", "a=1"}}, []byte("body"))
	if got := ex.Client.Headers.Values("set-cookie"); !slices.Equal(got, []string{"a=1", "b=2"}) {
		t.Errorf("cookies %q, want both", got)
	}
	if string(ex.Client.Body) != "<body>" || !ex.Client.Ended {
		t.Errorf("the client got %+v", ex.Client)
	}
	ex.End()
	if got := h.LogsAt(proxywasm.LogLevelInfo); !slices.Equal(got, []string{"done none"}) {
		t.Errorf("logs %q", got)
	}
	if got := h.LogsAt(proxywasm.LogLevelDebug); len(got) != 1 || !strings.Contains(got[0], "bad argument") {
		t.Errorf("reading request headers in the response gave %q, Envoy refuses it", got)
	}
}

// What reaches upstream for each header action, without a body and with one.
func TestHeaderActions(t *testing.T) {
	for _, c := range []struct {
		op           string
		chunks       []string
		sent, paused bool
		upstream     string
	}{
		{"status-0", []string{"a", "b"}, true, false, "ab"},
		{"status-1", nil, false, true, ""},
		{"status-1", []string{"a", "b"}, true, false, "AB"},
		{"status-2", []string{"a", "b"}, true, false, ""},
		{"status-3", []string{"a", "b"}, false, true, ""},
		{"status-4", []string{"a", "b"}, false, true, ""},
		{"buffer", []string{"a", "b", "c"}, true, false, "ABC"},
		{"drop", []string{"a"}, true, true, ""},
	} {
		h := plugintest.New(t, plugintest.Options{})
		var body [][]byte
		for _, chunk := range c.chunks {
			body = append(body, []byte(chunk))
		}
		ex := h.Request(get(c.op), body...)
		if ex.Upstream.Sent() != c.sent || ex.Paused() != c.paused || string(ex.Upstream.Body) != c.upstream {
			t.Errorf("%s %q: sent %v, paused %v, body %q; want %v, %v, %q",
				c.op, c.chunks, ex.Upstream.Sent(), ex.Paused(), ex.Upstream.Body, c.sent, c.paused, c.upstream)
		}
	}
}

func TestHeadersHeldBackCanBeChangedWithTheBody(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	if got := h.Request(get("status-1"), []byte("abc")).Upstream.Headers.Get("x-size"); got != "3" {
		t.Errorf("x-size %q, want 3", got)
	}
	ex := h.Request(get("buffer"), []byte("abc"))
	if _, ok := ex.Upstream.Headers.Lookup("x-size"); ok {
		t.Error("headers that had left were changed")
	}
	if got := h.LogsAt(proxywasm.LogLevelWarn); len(got) != 1 {
		t.Errorf("warnings %q, want one for the late header", got)
	}
}

func TestReply(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Request(get("deny"), []byte("x"))
	if ex.Upstream.Sent() {
		t.Error("upstream got the request")
	}
	if r := ex.Reply; r == nil || r.Status != 403 || r.Detail != "denied" || r.GRPCStatus != -1 || string(r.Body) != "denied" {
		t.Fatalf("reply %+v", ex.Reply)
	}
	if got := ex.Client.Headers; got.Get(":status") != "403" || got.Get("x-why") != "no key" || got.Get("set-cookie") != "b=2" {
		t.Errorf("the client got %v: the reply goes through the response callbacks", got)
	}
	if string(ex.Client.Body) != "<denied>" || !ex.Client.Ended {
		t.Errorf("the client got %q", ex.Client.Body)
	}
}

func TestPanics(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Request(get("panic"))
	if ex.Client.Headers.Get(":status") != "500" || ex.Upstream.Sent() {
		t.Errorf("in the request: client %v, upstream %v", ex.Client.Headers, ex.Upstream.Headers)
	}
	ex = h.Request(get("panic-response")).Respond([][2]string{{":status", "200"}, {"secret", "s"}}, []byte("body"))
	if ex.Client.Headers.Get(":status") != "500" || ex.Client.Headers.Get("secret") != "" {
		t.Errorf("in the response: client %v", ex.Client.Headers)
	}
	ex = h.Request(get("panic-body")).Respond([][2]string{{":status", "200"}}, []byte("body"))
	if !ex.Reset || len(ex.Client.Body) > 0 {
		t.Errorf("in the body: reset %v, client %q", ex.Reset, ex.Client.Body)
	}
	if got := h.LogsAt(proxywasm.LogLevelCritical); len(got) != 3 {
		t.Errorf("%d critical lines, want 3", len(got))
	}
	if got := h.Request(get("none")).Upstream.Headers.Get(":path"); got != "/a?b=c" {
		t.Errorf("the next request was harmed: path %q", got)
	}
}

func TestTrailers(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Send(plugintest.Input{Headers: get("none"), Chunks: [][]byte{[]byte("a")}, Trailers: [][2]string{{"X-T", "1"}}})
	if ex.Upstream.Trailers.Get("x-t") != "1" || !ex.Upstream.Ended {
		t.Errorf("upstream got %+v", ex.Upstream)
	}
	ex.RespondWith(plugintest.Input{Headers: [][2]string{{":status", "200"}}, Trailers: [][2]string{{"grpc-status", "0"}}})
	if ex.Client.Trailers.Get("grpc-status") != "0" {
		t.Errorf("the client got %+v", ex.Client)
	}
}
