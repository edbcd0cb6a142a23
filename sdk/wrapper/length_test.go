package wrapper

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// content-length goes where a handler may change the body behind it, and stays
// where it can't.
func TestContentLength(t *testing.T) {
	pass := func(HttpContext, settings, []byte) types.Action { return types.ActionContinue }
	chunk := func(_ HttpContext, _ settings, b []byte, _ bool) []byte { return b }
	returns := func(a types.Action) CtxOption[settings] {
		return ProcessRequestHeaders(func(HttpContext, settings) types.Action { return a })
	}
	dontRead := ProcessRequestHeaders(func(c HttpContext, _ settings) types.Action {
		c.DontReadRequestBody()
		return types.HeaderContinue
	})
	shrink := func(HttpContext, settings, []byte) types.Action {
		if err := proxywasm.ReplaceHttpRequestBody([]byte("x")); err != nil {
			t.Error(err)
		}
		return types.ActionContinue
	}
	for name, c := range map[string]struct {
		options []CtxOption[settings]
		kept    bool
	}{
		"no body handler":         {[]CtxOption[settings]{returns(0)}, true},
		"a body handler":          {[]CtxOption[settings]{ProcessRequestBody(pass)}, false},
		"and a header callback":   {[]CtxOption[settings]{returns(0), ProcessRequestBody(pass)}, false},
		"a chunk handler":         {[]CtxOption[settings]{ProcessStreamingRequestBody(chunk)}, false},
		"it doesn't read":         {[]CtxOption[settings]{dontRead, ProcessRequestBody(pass)}, true},
		"it keeps":                {[]CtxOption[settings]{ProcessRequestBody(pass), KeepContentLength[settings]()}, true},
		"headers wait, it reads":  {[]CtxOption[settings]{returns(types.HeaderStopIteration), ProcessRequestBody(pass)}, true},
		"headers wait, it writes": {[]CtxOption[settings]{returns(types.HeaderStopIteration), ProcessRequestBody(shrink)}, false},
	} {
		h := start(t, plugintest.Options{}, c.options...)
		ex := h.Request(requestTo("POST", "a.test", "/", [2]string{"content-length", "4"}), chunks("body")...)
		if _, kept := ex.Upstream.Headers.Lookup("content-length"); kept != c.kept || !ex.Upstream.Ended {
			t.Errorf("%s: kept %v, want %v; ended %v", name, kept, c.kept, ex.Upstream.Ended)
		}
	}
}

func TestContentLengthOfResponses(t *testing.T) {
	withLength := append([][2]string{{"content-length", "4"}}, ok...)
	for name, c := range map[string]struct {
		body string
		kept bool
	}{"with a body": {"body", false}, "without one": {"", true}} {
		h := start(t, plugintest.Options{}, ProcessResponseBody(func(HttpContext, settings, []byte) types.Action {
			_ = proxywasm.ReplaceHttpResponseBody([]byte("longer than before"))
			return types.ActionContinue
		}))
		var parts [][]byte
		if c.body != "" {
			parts = chunks(c.body)
		}
		ex := h.Request(get).Respond(withLength, parts...)
		if _, kept := ex.Client.Headers.Lookup("content-length"); kept != c.kept {
			t.Errorf("%s: kept %v, want %v", name, kept, c.kept)
		}
	}
}

// A body that can't be replaced makes RouteCall fail before it has changed
// anything.
func TestRouteCallOnTrailersWithoutData(t *testing.T) {
	for body, fails := range map[string]bool{"": false, "new": true} {
		var got error
		h := start(t, plugintest.Options{},
			ProcessRequestHeaders(func(HttpContext, settings) types.Action { return types.HeaderStopIteration }),
			ProcessRequestBody(func(c HttpContext, _ settings, _ []byte) types.Action {
				got = c.RouteCall("PUT", "/other", nil, []byte(body), func(int, [][2]string, []byte) {})
				return types.ActionContinue
			}))
		ex := h.Send(plugintest.Input{Headers: post, Trailers: [][2]string{{"t", "1"}}})
		want := "/other"
		if fails {
			want = "/post"
		}
		if path := ex.Upstream.Headers.Get(":path"); (got != nil) != fails || path != want {
			t.Errorf("body %q: %v, upstream gets %q", body, got, path)
		}
	}
}
