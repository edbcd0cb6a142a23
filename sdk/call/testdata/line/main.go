// Command line asks a service about each request whose path is not /plain, in
// straight-line style. Command callback is its twin.
package main

import (
	"context"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() { wrapper.SetCtx("line", wrapper.HandleRequestHeaders(onRequestHeaders)) }

type config struct{}

var service = call.New(wrapper.TargetCluster{Cluster: "service", Host: "service.test"}, call.Timeout(5e9))

func onRequestHeaders(ctx context.Context, http wrapper.HttpContext, _ config) types.Action {
	if http.Path() == "/plain" {
		return types.ActionContinue
	}
	resp, err := service.Get(ctx, "/check")
	if err != nil {
		proxywasm.SendHttpResponse(uint32(call.StatusCode(err)), nil, nil, -1)
		return types.ActionPause
	}
	proxywasm.ReplaceHttpRequestHeader("x-result", string(resp.Body))
	return types.ActionContinue
}
