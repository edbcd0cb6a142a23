package refuse

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

var answers = map[string]Answer{
	"plain":  {Status: 401, Detail: "x.no_key", Headers: [][2]string{{"www-authenticate", "Key"}}, Body: "no"},
	"status": {Status: 99, Body: "x"},
	"header": {Status: 403, Headers: [][2]string{{"a", "b\r\nc"}}},
}

func init() {
	wrapper.SetCtx("refuse",
		wrapper.ParseRawConfig(func([]byte, *struct{}) error { return nil }),
		wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, struct{}) types.Action {
			which, _ := proxywasm.GetHttpRequestHeader("x-which")
			return With(answers[which])
		}))
}

// Whatever is wrong with the answer, the request does not pass.
func TestWith(t *testing.T) {
	for which, want := range map[string]uint32{"plain": 401, "status": 500, "header": 500} {
		h := plugintest.New(t, plugintest.Options{})
		ex := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a"}, {":scheme", "http"}, {"x-which", which}})
		if ex.Reply == nil || ex.Reply.Status != want || ex.Upstream.Sent() {
			t.Errorf("%s: %+v, upstream %v", which, ex.Reply, ex.Upstream.Sent())
		}
		if log := h.LogsAt(proxywasm.LogLevelError); (want == 500) != slices.ContainsFunc(log, func(l string) bool { return strings.Contains(l, "answer ") }) {
			t.Errorf("%s: log %q", which, log)
		}
	}
}

// The answer is the plugin's; the status of gRPC is the gateway's to find.
func TestAnswer(t *testing.T) {
	h := plugintest.New(t, plugintest.Options{})
	reply := h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a"}, {":scheme", "http"}, {"x-which", "plain"}}).Reply
	if reply == nil || reply.Detail != "x.no_key" || string(reply.Body) != "no" || reply.Headers.Get("www-authenticate") != "Key" || reply.GRPCStatus != -1 {
		t.Errorf("%+v", reply)
	}
}
