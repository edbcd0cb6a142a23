// Command reuse does scenario body with the wrapper, in memory that is used again.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.WithBodyReuse[struct{}](), wrapper.ProcessRequestBody(onRequestBody))
}

var seen int

func onRequestBody(_ wrapper.HttpContext, _ struct{}, body []byte) types.Action {
	seen += len(body)
	return types.ActionContinue
}
