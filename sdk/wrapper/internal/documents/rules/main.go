// Command rules answers with what the configuration says for a route, a route
// prefix or a domain, as the plugin of "Higress actual combat" does.
package main

import (
	"github.com/tidwall/gjson"

	logs "github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"custom-response",
		wrapper.ParseConfigBy(parseConfig),
		wrapper.ProcessRequestHeadersBy(onHttpRequestHeaders),
	)
}

// MyConfig is the plugin's configuration.
type MyConfig struct {
	content string
}

func parseConfig(json gjson.Result, config *MyConfig, log wrapper.Log) error {
	config.content = json.Get("content").String()
	return nil
}

func onHttpRequestHeaders(ctx wrapper.HttpContext, config MyConfig, log logs.Log) types.Action {
	proxywasm.SendHttpResponse(200, nil, []byte(config.content), -1)
	return types.HeaderContinue
}
