// Command failopen lets what it can't inspect pass, as it asks for by name.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("failopen",
		wrapper.WithFailOpen[struct{}](),
		wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, struct{}) types.Action {
			switch op, _ := proxywasm.GetHttpRequestHeader("x-op"); op {
			case "panic":
				panic("let me pass")
			case "hold":
				return types.HeaderStopAllIterationAndWatermark
			}
			return types.HeaderContinue
		}))
}
