package main

import (
	"net/http"

	"github.com/alibaba/higress/plugins/wasm-go/pkg/wrapper"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/tidwall/gjson"
	regexp "github.com/wasilibs/go-re2"
	_ "github.com/wasilibs/nottinygc" // the collector that TinyGo lacks
)

// main registers the plugin.
func main() {
	wrapper.SetCtx(
		"guard", // a name
		wrapper.ParseConfigBy(parseConfig),
		wrapper.ProcessRequestHeadersBy(onHttpRequestHeaders),
		wrapper.ProcessRequestBodyBy(onHttpRequestBody),
		wrapper.ProcessResponseHeadersBy(func(ctx wrapper.HttpContext, config Config, log wrapper.Log) types.Action {
			return types.ActionPause
		}),
	)
}

// Config is what the plugin is told.
type Config struct {
	allow  *regexp.Regexp
	client wrapper.HttpClient
}

func parseConfig(json gjson.Result, config *Config, log wrapper.Log) error {
	var err error
	config.allow, err = regexp.Compile(json.Get("allow").String())
	return err
}

func onHttpRequestHeaders(ctx wrapper.HttpContext, config Config, log wrapper.Log) types.Action {
	if config.allow.MatchString(ctx.Path()) {
		return types.ActionContinue
	}
	return ask(config)
}

// ask is what a header callback returns the result of.
func ask(config Config) types.Action {
	err := config.client.Get("/check", nil, func(status int, _ http.Header, _ []byte) {
		proxywasm.ResumeHttpRequest()
	})
	if err != nil {
		return types.ActionContinue
	}
	return types.ActionPause // until the answer is there
}

func onHttpRequestBody(ctx wrapper.HttpContext, config Config, body []byte, log wrapper.Log) types.Action {
	return types.ActionPause
}
