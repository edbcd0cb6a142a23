// Command json does scenario json with the wrapper of wasm-go.
package main

import (
	_ "bench/abi"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.ProcessRequestBody(onRequestBody))
}

var seen int

func onRequestBody(_ wrapper.HttpContext, _ struct{}, body []byte) types.Action {
	seen += len(gjson.GetBytes(body, "model").String())
	return types.ActionContinue
}
