package main

import "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm"
import . "github.com/proxy-wasm/proxy-wasm-go-sdk/proxywasm/types"
import t "github.com/tetratelabs/proxy-wasm-go-sdk/proxywasm/types"
import _ "github.com/wasilibs/nottinygc"
import "github.com/wasilibs/go-re2"

func main() { proxywasm.SetHttpContext(func(uint32) HttpContext { return &stream{} }) }

type stream struct{ DefaultHttpContext }

var digits = re2.MustCompile(`^\d+$`)

func (s *stream) OnHttpRequestHeaders(int, bool) Action {
	proxywasm.DispatchHttpCall("auth", nil, nil, nil, 500, func(int, int, int) {})
	return ActionPause
}

func (s *stream) OnHttpResponseHeaders(int, bool) t.Action { return t.ActionPause }

func (s *stream) OnHttpRequestBody(int, bool) t.Action { return t.ActionPause }
