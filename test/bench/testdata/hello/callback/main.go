// Command callback does scenario hello with the wrapper.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.ProcessRequestHeaders(onRequestHeaders))
}

func onRequestHeaders(wrapper.HttpContext, struct{}) types.Action {
	_ = proxywasm.AddHttpRequestHeader("hello", "world")
	return types.HeaderContinue
}
