package proxywasm_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func TestHeaderInjectionIsRefused(t *testing.T) {
	bad := []string{"a\r\nb: c", "a\nb", "a\rb", "a\x00b", "\n"}
	_, ex := inRequest(t, plugintest.Options{}, func() {
		for _, b := range bad {
			call := [][2]string{{":method", "GET"}, {":path", b}, {":authority", "a"}}
			_, dispatch := proxywasm.DispatchHttpCall("c", call, nil, nil, 1, nil)
			_, trailers := proxywasm.DispatchHttpCall("c", plain, nil, [][2]string{{"t", b}}, 1, nil)
			for name, err := range map[string]error{
				"add value":     proxywasm.AddHttpRequestHeader("x-b", b),
				"add name":      proxywasm.AddHttpRequestHeader(b, "v"),
				"replace value": proxywasm.ReplaceHttpRequestHeader("x-a", b),
				"replace name":  proxywasm.ReplaceHttpRequestHeader(b, "v"),
				"replace all":   proxywasm.ReplaceHttpRequestHeaders([][2]string{{"x-a", b}}),
				"trailer":       proxywasm.AddHttpRequestTrailer("t", b),
				"response":      proxywasm.AddHttpResponseHeader("x-b", b),
				"callout":       dispatch, "callout trailer": trailers,
			} {
				if !errors.Is(err, types.ErrInvalidHeader) {
					t.Errorf("%s %q: error %v", name, b, err)
				}
			}
		}
		if err := proxywasm.AddHttpRequestHeader("", "v"); !errors.Is(err, types.ErrInvalidHeader) {
			t.Errorf("empty name: error %v", err)
		}
		if err := proxywasm.AddHttpRequestHeader("x-ok", "tab\tand ünïcode"); err != nil {
			t.Errorf("a good header: %v", err)
		}
	})
	if want := len(plain) + 1; len(ex.Upstream.Headers) != want {
		t.Errorf("upstream got %q, want %d headers", ex.Upstream.Headers, want)
	}
}

// A list with empty pairs in it, as make([][2]string, n) and append leave it, is
// no reason to answer something else.
func TestReplyWithEmptyPairs(t *testing.T) {
	headers := append(make([][2]string, 2), [2]string{"x-a", "1"}, [2]string{})
	_, ex := inRequest(t, plugintest.Options{}, func() {
		if err := proxywasm.SendHttpResponse(200, headers, []byte("fine"), -1); err != nil {
			t.Error(err)
		}
	})
	if ex.Reply == nil || ex.Reply.Status != 200 || len(ex.Reply.Headers) != 1 || ex.Reply.Headers.Get("x-a") != "1" {
		t.Errorf("the answer is %+v", ex.Reply)
	}
	if len(headers) != 4 || headers[2] != [2]string{"x-a", "1"} {
		t.Errorf("the plugin's list was changed: %q", headers)
	}
}

func TestTooManyHeaders(t *testing.T) {
	list := func(n, size int) [][2]string {
		pairs := slices.Clone(plain)
		for len(pairs) < n {
			pairs = append(pairs, [2]string{"x", strings.Repeat("v", size)})
		}
		return pairs
	}
	for _, c := range []struct {
		n, size int
		want    error
	}{{1024, 1, nil}, {1025, 1, types.ErrTooManyHeaders}, {20, 1 << 17, types.ErrTooManyHeaders}, {10, 1 << 16, nil}} {
		_, ex := inRequest(t, plugintest.Options{}, func() {
			if err := proxywasm.ReplaceHttpRequestHeaders(list(c.n, c.size)); !errors.Is(err, c.want) {
				t.Errorf("%d headers of %d bytes: %v, want %v", c.n, c.size, err, c.want)
			}
		})
		want := c.n
		if c.want != nil {
			want = len(plain)
		}
		if len(ex.Upstream.Headers) != want {
			t.Errorf("%d headers of %d bytes: upstream got %d, want %d", c.n, c.size, len(ex.Upstream.Headers), want)
		}
	}
}

// A reply that can't be sent as it is must not let the request pass.
func TestReplies(t *testing.T) {
	for _, c := range []struct {
		name    string
		status  uint32
		headers [][2]string
		body    string
		err     error
		sent    uint32
		length  int
	}{
		{"plain", 403, [][2]string{{"x", "y"}}, "no", nil, 403, 2},
		{"lowest", 200, nil, "", nil, 200, 0},
		{"highest", 599, nil, "", nil, 599, 0},
		{"no content", 204, nil, "", nil, 204, 0},
		{"204 with a body", 204, nil, "x", types.ErrUnexpectedBody, 204, 0},
		{"304 with a body", 304, nil, "x", types.ErrUnexpectedBody, 304, 0},
		{"0", 0, nil, "", types.ErrInvalidStatus, 500, 0},
		{"99", 99, nil, "", types.ErrInvalidStatus, 500, 0},
		{"101", 101, nil, "", types.ErrInvalidStatus, 500, 0},
		{"600", 600, nil, "", types.ErrInvalidStatus, 500, 0},
		{"1000", 1000, nil, "", types.ErrInvalidStatus, 500, 0},
		{"split", 302, [][2]string{{"location", "/\r\nx: y"}}, "", types.ErrInvalidHeader, 500, 0},
		{"many", 200, slices.Repeat([][2]string{{"x", "1"}}, 1025), "", types.ErrTooManyHeaders, 500, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, ex := inRequest(t, plugintest.Options{}, func() {
				if err := proxywasm.SendHttpResponse(c.status, c.headers, []byte(c.body), -1); !errors.Is(err, c.err) {
					t.Errorf("error %v, want %v", err, c.err)
				}
			})
			if ex.Reply == nil || ex.Reply.Status != c.sent || len(ex.Reply.Body) != c.length || ex.Upstream.Sent() {
				t.Errorf("reply %+v, upstream %v", ex.Reply, ex.Upstream.Headers)
			}
		})
	}
}

func TestDetailStaysOneLine(t *testing.T) {
	inRequest(t, plugintest.Options{}, func() {
		if err := proxywasm.SendHttpResponseWithDetail(403, "a\nb", nil, nil, -1); !errors.Is(err, types.ErrInvalidHeader) {
			t.Errorf("error %v", err)
		}
	})
}

func FuzzHeaders(f *testing.F) {
	f.Add("name", "value")
	f.Add("na\nme", "val\x00ue")
	f.Fuzz(func(t *testing.T, name, value string) {
		// Without a host, what passes the guard ends in ErrNoHost.
		err := proxywasm.AddHttpResponseHeader(name, value)
		bad := name == "" || strings.ContainsAny(name+value, "\r\n\x00")
		if bad != errors.Is(err, types.ErrInvalidHeader) || !bad && !errors.Is(err, types.ErrNoHost) {
			t.Errorf("%q: %q gave %v", name, value, err)
		}
	})
}

// Stock Envoy dies of a second answer in the response, and of one after the end.
func TestSecondReply(t *testing.T) {
	s := &steps{response: func() types.Action {
		first := proxywasm.SendHttpResponse(299, nil, []byte("first"), -1)
		second := proxywasm.SendHttpResponse(500, nil, nil, -1)
		if first != nil || second != nil {
			t.Errorf("replies: %v, %v", first, second)
		}
		return types.ActionPause
	}}
	h := runSteps(t, s, plugintest.Options{})
	ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}})
	ex.Respond([][2]string{{":status", "200"}})
	if ex.Client.Headers.Get(":status") != "299" || string(ex.Client.Body) != "first" {
		t.Errorf("the client got %v %q", ex.Client.Headers, ex.Client.Body)
	}
}

type lateReply struct {
	types.DefaultHttpContext
	err error
}

func (c *lateReply) OnHttpStreamDone() { c.err = proxywasm.SendHttpResponse(500, nil, nil, -1) }

func TestReplyAfterTheEnd(t *testing.T) {
	late := &lateReply{}
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return late })
	h := plugintest.New(t, plugintest.Options{})
	ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}})
	ex.Respond([][2]string{{":status", "200"}})
	ex.End()
	if late.err != types.ErrorStatusBadArgument || ex.Reply != nil {
		t.Errorf("error %v, reply %v", late.err, ex.Reply)
	}
}
