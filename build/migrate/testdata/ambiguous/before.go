package main

import (
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/iface"
	"github.com/higress-group/wasm-go/pkg/tokenusage"
	"github.com/higress-group/wasm-go/pkg/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("ambiguous",
		wrapper.ProcessRequestHeaders[struct{}](headers),
		wrapper.ProcessRequestBody[struct{}](body))
}

var _ iface.HttpContext
var _ tokenusage.TokenUsage

func headers(ctx wrapper.HttpContext, _ struct{}) types.Action {
	action := types.ActionPause
	if ctx.HasRequestBody() {
		return both()
	}
	return action
}

func body(ctx wrapper.HttpContext, _ struct{}, body []byte) types.Action { return both() }

func both() types.Action { return types.ActionPause }
