// Command callback asks upstream before each request goes on, and gets the
// answer in a callback.
package main

import (
	"net/http"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.ProcessRequestHeaders(onRequestHeaders))
}

var upstream = wrapper.NewClusterClient(wrapper.TargetCluster{Host: "bench.test", Cluster: "upstream"})

func onRequestHeaders(wrapper.HttpContext, struct{}) types.Action {
	err := upstream.Get("/hold", nil, func(status int, _ http.Header, _ []byte) {
		if status != http.StatusOK {
			_ = proxywasm.SendHttpResponse(502, nil, nil, -1)
			return
		}
		_ = proxywasm.ReplaceHttpRequestHeader(":path", "/")
		_ = proxywasm.ResumeHttpRequest()
	}, 300_000)
	if err != nil {
		_ = proxywasm.SendHttpResponse(502, nil, nil, -1)
	}
	return types.ActionPause
}
