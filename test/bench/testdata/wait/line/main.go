// Command line asks upstream before each request goes on, and waits for the
// answer in a straight line.
package main

import (
	"context"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.HandleRequestHeaders(onRequestHeaders))
}

var upstream = call.New(wrapper.TargetCluster{Host: "bench.test", Cluster: "upstream"}, call.Timeout(5*time.Minute))

func onRequestHeaders(ctx context.Context, _ wrapper.HttpContext, _ struct{}) types.Action {
	resp, err := upstream.Get(ctx, "/hold")
	if err != nil || !resp.OK() {
		_ = proxywasm.SendHttpResponse(502, nil, nil, -1)
		return types.ActionPause
	}
	_ = proxywasm.ReplaceHttpRequestHeader(":path", "/")
	return types.ActionContinue
}
