package proxywasm_test

import (
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// steps is an HTTP context made of functions.
type steps struct {
	types.DefaultHttpContext
	request, requestBody, response, responseBody func() types.Action
}

func step(f func() types.Action) types.Action {
	if f == nil {
		return types.ActionContinue
	}
	return f()
}

func (s *steps) OnHttpRequestHeaders(int, bool) types.Action  { return step(s.request) }
func (s *steps) OnHttpRequestBody(int, bool) types.Action     { return step(s.requestBody) }
func (s *steps) OnHttpResponseHeaders(int, bool) types.Action { return step(s.response) }
func (s *steps) OnHttpResponseBody(int, bool) types.Action    { return step(s.responseBody) }

var plain = [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "a.test"}, {"x-a", "1"}}

// runSteps runs a plugin of one context.
func runSteps(t *testing.T, s *steps, o plugintest.Options) *plugintest.Host {
	t.Helper()
	before := proxywasm.GetVMContext()
	t.Cleanup(func() { proxywasm.SetVMContext(before) })
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return s })
	return plugintest.New(t, o)
}

// inRequest runs f in the request headers of an exchange.
func inRequest(t *testing.T, o plugintest.Options, f func()) (*plugintest.Host, *plugintest.Exchange) {
	t.Helper()
	ran := false
	h := runSteps(t, &steps{request: func() types.Action { f(); ran = true; return types.ActionContinue }}, o)
	ex := h.Request(plain)
	if !ran {
		t.Fatalf("the callback did not run to its end: %v", h.Logs())
	}
	return h, ex
}
