// Command read does scenario read with the wrapper of wasm-go.
package main

import (
	_ "bench/abi"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.ProcessRequestHeaders(onRequestHeaders))
}

var seen int

func onRequestHeaders(wrapper.HttpContext, struct{}) types.Action {
	for _, name := range names {
		value, _ := proxywasm.GetHttpRequestHeader(name)
		seen += len(value)
	}
	for _, name := range names[:3] {
		_ = proxywasm.ReplaceHttpRequestHeader(name, "changed")
	}
	return types.HeaderContinue
}

var names = []string{
	"x-header-0", "x-header-1", "x-header-2", "x-header-3", "x-header-4",
	"x-header-5", "x-header-6", "x-header-7", "x-header-8", "x-header-9",
}
