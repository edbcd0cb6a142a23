// Command valid does scenario json for texts that must be valid, with package
// jsonscan in one pass.
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
	if v, valid := jsonscan.GetValid(body, "model"); valid {
		seen += len(v.String())
	}
	return types.ActionContinue
}
