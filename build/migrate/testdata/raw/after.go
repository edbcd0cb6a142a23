package main

import "github.com/sluiceproxy/sluice/sdk/proxywasm"
import . "github.com/sluiceproxy/sluice/sdk/proxywasm/types"
import t "github.com/sluiceproxy/sluice/sdk/proxywasm/types"
import re2 "regexp"

func main() {}

func init() { proxywasm.SetHttpContext(func(uint32) HttpContext { return &stream{} }) }

type stream struct{ DefaultHttpContext }

var digits = re2.MustCompile(`^\d+$`)

func (s *stream) OnHttpRequestHeaders(int, bool) Action {
	proxywasm.DispatchHttpCall("auth", nil, nil, nil, 500, func(int, int, int) {})
	return HeaderStopAllIterationAndWatermark
}

func (s *stream) OnHttpResponseHeaders(int, bool) t.Action { return t.ActionPause }

func (s *stream) OnHttpRequestBody(int, bool) t.Action { return t.ActionPause }
