// Command custom-response answers requests with configured content: one
// answer for everything, or another for a route, a route prefix or a domain.
//
// Configuration is the field's rule form: keys at the top level are the global
// answer, each entry of _rules_ overrides it for the requests that it matches,
// and the first match wins.
package main

import (
	"errors"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"custom-response",
		wrapper.ParseConfig(parseConfig),
		wrapper.ProcessRequestHeaders(onHttpRequestHeaders),
	)
}

// Config is one answer: the global one, or a rule's.
type Config struct {
	// content is the response body. Required; may not be empty.
	content []byte
}

func parseConfig(json gjson.Result, config *Config) error {
	content := json.Get("content")
	if content.Type != gjson.String || content.Str == "" {
		return errors.New(`"content" must be a string that is not empty: it is the body of the answer`)
	}
	config.content = []byte(content.Str)
	return nil
}

func onHttpRequestHeaders(_ wrapper.HttpContext, config Config) types.Action {
	if err := proxywasm.SendHttpResponse(200, nil, config.content, -1); err != nil {
		log.Errorf("answer: %v", err)
	}
	return types.HeaderContinue
}
