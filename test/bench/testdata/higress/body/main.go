// Command body does scenario body with the wrapper of wasm-go.
package main

import (
	_ "bench/abi"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.ProcessRequestBody(onRequestBody))
}

var seen int

func onRequestBody(_ wrapper.HttpContext, _ struct{}, body []byte) types.Action {
	seen += len(body)
	return types.ActionContinue
}
