// Command rules does scenario rules with the wrapper of wasm-go.
package main

import (
	_ "bench/abi"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

func init() {
	wrapper.SetCtx("bench", wrapper.ParseConfig(parseConfig), wrapper.ProcessRequestHeaders(onRequestHeaders))
}

type config struct{ value string }

func parseConfig(json gjson.Result, c *config) error {
	c.value = json.Get("value").String()
	return nil
}

func onRequestHeaders(_ wrapper.HttpContext, c config) types.Action {
	_ = proxywasm.AddHttpRequestHeader("hello", c.value)
	return types.HeaderContinue
}
