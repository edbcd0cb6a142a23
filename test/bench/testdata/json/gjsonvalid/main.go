// Command gjsonvalid does scenario json for texts that must be valid, with package
// gjson.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.WithBodyReuse[struct{}](), wrapper.ProcessRequestBody(onRequestBody))
}

var seen int

func onRequestBody(_ wrapper.HttpContext, _ struct{}, body []byte) types.Action {
	if gjson.ValidBytes(body) {
		seen += len(gjson.GetBytes(body, "model").String())
	}
	return types.ActionContinue
}
