package wrapper

import (
	"fmt"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func TestJSONStrings(t *testing.T) {
	for _, raw := range []string{``, `{"a":"b\"c"}`, "line\nbreak", `<&>`, "\x00"} {
		if got := UnmarshalStr(`"` + MarshalStr(raw) + `"`); got != raw {
			t.Errorf("%q became %q", raw, got)
		}
	}
	if got := UnmarshalStr(`no string`); got != "" {
		t.Errorf("%q", got)
	}
	if got := MarshalStr(`{"a":1}`); got != `{\"a\":1}` {
		t.Error(got)
	}
}

func TestUnifySSEChunk(t *testing.T) {
	if got := UnifySSEChunk([]byte("a\r\nb\rc\nd\r\n\r\n")); string(got) != "a\nb\nc\nd\n\n" {
		t.Errorf("%q", got)
	}
}

func TestLiveFunctions(t *testing.T) {
	var got string
	h := start(t, plugintest.Options{Properties: map[string]string{"response.code_details": "via_upstream", "plugin_name": "p"}},
		ProcessRequestHeaders(func(HttpContext, settings) types.Action {
			got = fmt.Sprint(GetRequestScheme(), " ", GetRequestHost(), " ", GetRequestPath(), " ", GetRequestMethod(), " ",
				GetRequestPathWithoutQuery(), IsWebsocket(), IsBinaryRequestBody(), HasRequestBody(), GetPluginFingerPrint())
			return types.ActionContinue
		}),
		ProcessResponseHeaders(func(HttpContext, settings) types.Action {
			got += fmt.Sprint(" ", IsBinaryResponseBody(), HasResponseBody(), IsApplicationJson(), IsResponseFromUpstream())
			return types.ActionContinue
		}))
	h.Request(requestTo("PUT", "a.test", "/a%20b?c", [2]string{"content-length", "0"}, [2]string{"connection", "Upgrade"}, [2]string{"upgrade", "WebSocket"})).
		Respond([][2]string{{":status", "200"}, {"content-type", "application/json; charset=utf-8"}})
	if want := "https a.test /a%20b?c PUT /a btrue false falsep false true true true"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestHasBody(t *testing.T) {
	for _, c := range []struct {
		headers map[string]string
		want    bool
	}{
		{map[string]string{}, false},
		{map[string]string{"content-length": "0", "content-type": "a"}, false},
		{map[string]string{"content-length": "5"}, true},
		{map[string]string{"content-length": "x", "content-type": "a"}, true},
		{map[string]string{"transfer-encoding": "gzip, chunked"}, true},
	} {
		if got := hasBody(func(name string) string { return c.headers[name] }); got != c.want {
			t.Errorf("%v: %v", c.headers, got)
		}
	}
}
