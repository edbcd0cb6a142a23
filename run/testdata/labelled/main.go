// Command labelled is a plugin that counts requests by a label that Envoy is not
// told of by itself.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func main() {}

func init() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &stream{} })
}

type stream struct{ types.DefaultHttpContext }

func (*stream) OnHttpRequestHeaders(int, bool) types.Action {
	proxywasm.DefineCounterMetric("orders;tenant=acme").Increment(1)
	return types.ActionContinue
}
