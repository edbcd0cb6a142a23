// Command checked looks at how deep JSON is before it recurses.
package main

import (
	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("checked", wrapper.ProcessRequestBody(func(_ wrapper.HttpContext, _ struct{}, body []byte) types.Action {
		if err := jsoncheck.Depth(body, jsoncheck.DefaultDepth); err == nil {
			walk(gjson.ParseBytes(body))
		}
		return types.ActionContinue
	}))
}

func walk(v gjson.Result) {
	for _, x := range v.Array() {
		walk(x)
	}
}
