// Command body answers a request with its body, for which it holds the headers
// back.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("body",
		wrapper.ProcessRequestHeaders(onRequestHeaders),
		wrapper.ProcessRequestBody(onRequestBody))
}

func onRequestHeaders(wrapper.HttpContext, struct{}) types.Action { return types.HeaderStopIteration }

func onRequestBody(_ wrapper.HttpContext, _ struct{}, body []byte) types.Action {
	if err := proxywasm.SendHttpResponse(200, nil, append([]byte("seen: "), body...), -1); err != nil {
		log.Errorf("answer: %v", err)
	}
	return types.ActionContinue
}
