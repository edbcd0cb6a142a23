// Command hello-world is the smallest useful plugin: it adds the request
// header "hello: world", or answers "hello world" itself when mockEnable is
// set. It is the first example of the field's "Develop gateway plugins using
// Go" guide.
package main

import (
	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"hello-world",
		wrapper.ParseConfig(parseConfig),
		wrapper.ProcessRequestHeaders(onHttpRequestHeaders),
	)
}

// Config is the plugin's configuration.
type Config struct {
	// mockEnable makes the plugin answer every request itself. Default false.
	mockEnable bool
}

func parseConfig(json gjson.Result, config *Config) error {
	config.mockEnable = json.Get("mockEnable").Bool()
	return nil
}

func onHttpRequestHeaders(_ wrapper.HttpContext, config Config) types.Action {
	if err := proxywasm.AddHttpRequestHeader("hello", "world"); err != nil {
		log.Errorf("add request header hello: %v", err)
	}
	if config.mockEnable {
		if err := proxywasm.SendHttpResponse(200, nil, []byte("hello world"), -1); err != nil {
			log.Errorf("answer: %v", err)
		}
	}
	return types.HeaderContinue
}
