// Command statuses returns whatever the request asks for, so that a test can
// drive a gateway through every header and data status from outside.
//
// Request headers that it reads:
//
//	x-request-headers: N   what the request headers callback returns
//	x-request-data: N      what the request body callback returns before the end
//	x-response-headers: N  what the response headers callback returns
//	x-response-data: N     what the response body callback returns before the end
//	x-resume: request|response  call the cluster httpbin from that direction's
//	                            header callback and resume when it answers
//
// What it leaves behind: x-late on the headers of a direction whose body
// callback ran and could still change them, and x-request-calls and
// x-response-calls, which name the callbacks that ran.
package main

import (
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func main() {}

func init() {
	proxywasm.SetVMContext(&vm{})
}

type vm struct{ types.DefaultVMContext }

func (*vm) NewPluginContext(uint32) types.PluginContext { return &plugin{} }

type plugin struct{ types.DefaultPluginContext }

func (*plugin) NewHttpContext(uint32) types.HttpContext { return &stream{} }

// stream is one exchange: what it was told to return, and what has run.
type stream struct {
	types.DefaultHttpContext

	requestData, responseHeaders, responseData types.Action
	resume                                     string
	requestCalls, responseCalls                string
}

func (s *stream) OnHttpRequestHeaders(int, bool) types.Action {
	_ = proxywasm.ResumedElsewhere() // never, in some cases: to see that gateways hang
	action := asked("x-request-headers")
	s.requestData = asked("x-request-data")
	s.responseHeaders = asked("x-response-headers")
	s.responseData = asked("x-response-data")
	s.resume, _ = proxywasm.GetHttpRequestHeader("x-resume")
	s.requestCalls = "headers"
	if s.resume == "request" {
		callThen(func() { _ = proxywasm.ResumeHttpRequest() })
	}
	return action
}

func (s *stream) OnHttpRequestBody(size int, end bool) types.Action {
	s.requestCalls += " body"
	if proxywasm.ReplaceHttpRequestHeader("x-late", "body") == nil {
		_ = proxywasm.ReplaceHttpRequestHeader("x-request-calls", s.requestCalls)
	}
	_ = proxywasm.ReplaceHttpRequestHeader("x-body-size", strconv.Itoa(size))
	if end {
		return types.DataContinue
	}
	return s.requestData
}

func (s *stream) OnHttpResponseHeaders(int, bool) types.Action {
	s.responseCalls = "headers"
	_ = proxywasm.ReplaceHttpResponseHeader("x-response-calls", s.responseCalls)
	_ = proxywasm.ReplaceHttpResponseHeader("x-request-calls", s.requestCalls)
	if s.resume == "response" {
		callThen(func() { _ = proxywasm.ResumeHttpResponse() })
	}
	return s.responseHeaders
}

func (s *stream) OnHttpResponseBody(_ int, end bool) types.Action {
	s.responseCalls += " body"
	if proxywasm.ReplaceHttpResponseHeader("x-late", "body") == nil {
		_ = proxywasm.ReplaceHttpResponseHeader("x-response-calls", s.responseCalls)
	}
	if end {
		return types.DataContinue
	}
	return s.responseData
}

// asked reads an action from a request header; absent means continue.
func asked(header string) types.Action {
	value, err := proxywasm.GetHttpRequestHeader(header)
	if err != nil {
		return types.ActionContinue
	}
	n, err := strconv.ParseUint(value, 10, 32)
	if err != nil {
		return types.ActionContinue
	}
	return types.Action(n)
}

// callThen makes a call that takes a moment, and then runs f.
func callThen(f func()) {
	headers := [][2]string{{":method", "GET"}, {":path", "/delay/0.1"}, {":authority", "httpbin"}}
	_, err := proxywasm.DispatchHttpCall("httpbin", headers, nil, nil, 5000, func(int, int, int) { f() })
	if err != nil {
		proxywasm.LogError("call httpbin: " + err.Error())
	}
}
