// Command callback does what command line does, in callback style.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() { wrapper.SetCtx("callback", wrapper.ProcessRequestHeaders(onRequestHeaders)) }

type config struct{}

var service = wrapper.NewClusterClient(wrapper.TargetCluster{Cluster: "service", Host: "service.test"})

func onRequestHeaders(http wrapper.HttpContext, _ config) types.Action {
	if http.Path() == "/plain" {
		return types.ActionContinue
	}
	err := service.Get("/check", nil, func(status int, _ [][2]string, body []byte) {
		if status >= 500 {
			proxywasm.SendHttpResponse(uint32(status), nil, nil, -1)
			return
		}
		proxywasm.ReplaceHttpRequestHeader("x-result", string(body))
		proxywasm.ResumeHttpRequest()
	}, 5000)
	if err != nil {
		proxywasm.SendHttpResponse(503, nil, nil, -1)
		return types.ActionPause
	}
	return types.HeaderStopAllIterationAndWatermark
}
