// Command mock-response answers requests with configured content: one
// answer for everything, or another for a route, a route prefix or a domain.
//
// Configuration is the field's rule form: keys at the top level are the global
// answer, each entry of _rules_ overrides it for the requests that it matches,
// and the first match wins.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"mock-response",
		wrapper.ParseTypedConfig[Config](),
		wrapper.ProcessRequestHeaders(onHttpRequestHeaders),
	)
}

// Config is one answer: the global one, or a rule's.
type Config struct {
	Content string `json:"content" required:"true" minLength:"1" description:"The body of the answer, with status 200." example:"hello world"`

	body []byte // made of Content once, and not for each request
}

// Validate is called when a configuration was read.
func (c *Config) Validate() error {
	c.body = []byte(c.Content)
	return nil
}

func onHttpRequestHeaders(_ wrapper.HttpContext, config Config) types.Action {
	if err := proxywasm.SendHttpResponse(200, nil, config.body, -1); err != nil {
		log.Errorf("answer: %v", err)
	}
	return types.HeaderContinue
}
