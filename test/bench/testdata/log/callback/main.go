// Command callback does scenario log with the wrapper.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.ProcessRequestHeaders(onRequestHeaders))
}

func onRequestHeaders(wrapper.HttpContext, struct{}) types.Action {
	for i := range 5 {
		log.Debugf("line %d of the request to %s", i, "/")
	}
	_ = proxywasm.AddHttpRequestHeader("hello", "world")
	return types.HeaderContinue
}
