// Command line does scenario hello with a straight-line handler.
package main

import (
	"context"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.HandleRequestHeaders(onRequestHeaders))
}

func onRequestHeaders(context.Context, wrapper.HttpContext, struct{}) types.Action {
	_ = proxywasm.AddHttpRequestHeader("hello", "world")
	return types.HeaderContinue
}
