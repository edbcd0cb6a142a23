// Command lines writes a thousand log lines below the level for a request to
// /lines, and none for others: what a line costs shows within one process.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.ProcessRequestHeaders(onRequestHeaders))
}

func onRequestHeaders(ctx wrapper.HttpContext, _ struct{}) types.Action {
	if ctx.Path() == "/lines" {
		for i := range 1000 {
			log.Debugf("line %d of the request to %s", i, "/")
		}
	}
	return types.HeaderContinue
}
