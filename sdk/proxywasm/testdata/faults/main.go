// Command faults misbehaves as the request header x-op asks it to.
package main

import (
	"errors"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func main() {}

func init() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &stream{} })
}

type stream struct {
	types.DefaultHttpContext
	op string
}

func (s *stream) panicIf(op string) {
	if s.op == op {
		var nowhere map[string]int
		nowhere["line one\nline two"] = 1
	}
}

func (s *stream) OnHttpRequestHeaders(int, bool) types.Action {
	s.op, _ = proxywasm.GetHttpRequestHeader("x-op")
	s.panicIf("request-headers")
	switch s.op {
	case "call-panic":
		return s.callout()
	case "reply-crlf":
		s.report(proxywasm.SendHttpResponse(403, [][2]string{{"x-a", "1\r\nx-evil: 1"}}, nil, -1))
		return types.ActionContinue
	case "reply-204":
		s.report(proxywasm.SendHttpResponse(204, nil, []byte("body"), -1))
	case "reply-99":
		s.report(proxywasm.SendHttpResponse(99, nil, nil, -1))
	case "reply-seen":
		s.report(proxywasm.SendHttpResponse(403, nil, nil, -1))
	case "resume":
		s.report(proxywasm.ResumeHttpRequest())
	}
	return types.ActionContinue
}

func (s *stream) callout() types.Action {
	headers := [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "upstream.test"}}
	_, err := proxywasm.DispatchHttpCall("upstream", headers, nil, nil, 2000, func(int, int, int) {
		panic(errors.New("in the callback"))
	})
	s.report(err)
	return types.ActionPause
}

func (s *stream) report(err error) {
	if err != nil {
		proxywasm.LogError(s.op + ": " + err.Error())
	}
}

func (s *stream) OnHttpRequestBody(int, bool) types.Action {
	s.panicIf("request-body")
	return types.ActionContinue
}

func (s *stream) OnHttpResponseHeaders(int, bool) types.Action {
	s.panicIf("response-headers")
	switch s.op {
	case "response-crlf":
		s.report(proxywasm.AddHttpResponseHeader("x-a", "1\r\nx-evil: 1"))
	case "call-in-response":
		return s.callout()
	case "reply-seen":
		s.report(proxywasm.AddHttpResponseHeader("x-seen", "1"))
	}
	return types.ActionContinue
}

func (s *stream) OnHttpResponseBody(int, bool) types.Action {
	s.panicIf("response-body")
	return types.ActionContinue
}

func (s *stream) OnHttpStreamDone() { s.panicIf("done") }
