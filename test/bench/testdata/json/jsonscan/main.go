// Command jsonscan does scenario json with package jsonscan.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/jsonscan"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.WithBodyReuse[struct{}](), wrapper.ProcessRequestBody(onRequestBody))
}

var seen int

func onRequestBody(_ wrapper.HttpContext, _ struct{}, body []byte) types.Action {
	seen += len(jsonscan.Get(body, "model").String())
	return types.ActionContinue
}
