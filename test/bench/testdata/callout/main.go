// Command callout asks another service before a request goes on.
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
	headers := [][2]string{{":method", "GET"}, {":path", "/allowed"}, {":authority", "policy.test"}}
	_, err := proxywasm.DispatchHttpCall("upstream", headers, nil, nil, 1000, func(int, int, int) {
		headers, _ := proxywasm.GetHttpCallResponseHeaders()
		for _, h := range headers {
			if h[0] == ":status" && h[1] == "200" {
				_ = proxywasm.ResumeHttpRequest()
			}
		}
	})
	if err != nil {
		return types.HeaderContinue
	}
	return types.HeaderStopAllIterationAndWatermark
}
