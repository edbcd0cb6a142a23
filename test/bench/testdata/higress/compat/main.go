// Command compat is scenario hello as a user of wasm-go has it.
package main

import (
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.ProcessRequestHeaders(onRequestHeaders))
}

func onRequestHeaders(wrapper.HttpContext, struct{}) types.Action {
	_ = proxywasm.AddHttpRequestHeader("hello", "world")
	return types.HeaderContinue
}
