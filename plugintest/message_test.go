package plugintest

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/tidwall/resp"
)

func TestGRPCMessages(t *testing.T) {
	body := GRPCFrame("one") + GRPCFrame("") + GRPCFrame("three")
	if got, err := GRPCMessages(body); err != nil || !reflect.DeepEqual(got, []string{"one", "", "three"}) {
		t.Errorf("%q, %v", got, err)
	}
	for _, bad := range []string{"x", "\x01\x00\x00\x00\x00", "\x00\xff\xff\xff\xffx", GRPCFrame("a") + "\x00"} {
		if got, err := GRPCMessages(bad); err == nil {
			t.Errorf("%q: %q; want an error", bad, got)
		}
	}
}

func FuzzGRPCMessages(f *testing.F) {
	f.Add(GRPCFrame("one") + GRPCFrame(""))
	f.Add("\x00\xff\xff\xff\xff")
	f.Fuzz(func(t *testing.T, body string) {
		messages, err := GRPCMessages(body)
		again := ""
		for _, m := range messages {
			again += GRPCFrame(m)
		}
		if err == nil && again != body || !strings.HasPrefix(body, again) {
			t.Errorf("%q is %q", body, messages)
		}
	})
}

func TestRequestDefaults(t *testing.T) {
	r := Request{}.withDefaults()
	if r.Method != "GET" || r.Path != "/" || r.Host != "plugin.test" || r.Patience <= 0 {
		t.Errorf("%+v", r)
	}
	if r := (Request{Chunks: []string{}}).withDefaults(); r.Method != "POST" {
		t.Errorf("a body is sent by %s", r.Method)
	}
	r = Request{Body: "four"}.withLength()
	if r.Headers.Get("content-length") != "4" {
		t.Errorf("%v", r.Headers)
	}
	if r := (Request{Body: "four", Headers: Headers{{"Content-Length", "9"}}}).withLength(); len(r.Headers) != 1 {
		t.Errorf("a second length: %v", r.Headers)
	}
	if r := (Request{Body: "four", Trailers: Headers{{"a", "1"}, {"b", "1"}, {"a", "2"}}}).withLength().withTrailer(); r.Headers.Get("trailer") != "a, b" ||
		len(r.Headers) != 1 {
		t.Errorf("%v", r.Headers)
	}
}

func TestRedisValues(t *testing.T) {
	for want, v := range map[string]any{
		"$-1\r\n": nil, "$1\r\na\r\n": "a", ":7\r\n": 7, "+OK\r\n": Status("OK"), "-ERR x\r\n": errors.New("ERR x"),
		"*2\r\n:1\r\n$-1\r\n": []any{1, nil}, "-ERR the test answers with a float64\r\n": 1.5,
	} {
		var b strings.Builder
		if err := resp.NewWriter(&b).WriteValue(respValue(v)); err != nil || b.String() != want {
			t.Errorf("%v: %q, %v; want %q", v, b.String(), err, want)
		}
	}
}

func TestParseStats(t *testing.T) {
	got, err := parseStats(strings.NewReader("wasmcustom.a: 3\nother: x\nwasmcustom.b;k=v: -1\n"))
	if err != nil || !reflect.DeepEqual(got, map[string]int64{"a": 3, "b;k=v": -1}) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := parseStats(strings.NewReader("wasmcustom.a: P0(nan)\n")); err == nil {
		t.Errorf("%v", got)
	}
}

func TestArrivingHeaders(t *testing.T) {
	h := arriving(Request{Method: "GET", Path: "/p", Host: "h", Headers: Headers{
		{"Connection", "close"}, {"TE", "gzip"}, {"te", "trailers"}, {"X-Envoy-Internal", "true"}, {"x-request-id", "mine"}, {"a", "1"},
	}})
	for _, gone := range []string{"connection", "x-envoy-internal"} {
		if v, ok := h.Lookup(gone); ok {
			t.Errorf("%s: %s is there", gone, v)
		}
	}
	if h.Get(":path") != "/p" || h.Get("a") != "1" || h.Get("te") != "trailers" || h.Get("x-request-id") == "mine" {
		t.Errorf("%v", h)
	}
}
