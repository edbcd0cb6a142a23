// Command rules adds the header whose value the matching rule gives.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
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
