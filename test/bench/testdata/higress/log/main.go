// Command log does scenario log with the wrapper of wasm-go.
package main

import (
	_ "bench/abi"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/log"
	"github.com/higress-group/wasm-go/pkg/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.ProcessRequestHeaders(onRequestHeaders))
}

func onRequestHeaders(wrapper.HttpContext, struct{}) types.Action {
	for i := range 5 {
		log.Debugf("line %d of the request to %s", i, "/")
	}
	_ = proxywasm.AddHttpRequestHeader("hello", "world")
	return types.HeaderContinue
}
