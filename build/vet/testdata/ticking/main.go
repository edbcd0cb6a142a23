// Command ticking resumes requests in its ticks.
package main

import (
	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

type config struct{ client wrapper.HttpClient }

func init() {
	wrapper.SetCtx("ticking",
		wrapper.ParseConfig(func(gjson.Result, *config) error {
			wrapper.RegisterTickFunc(100, func() { _ = proxywasm.ResumeHttpRequest() })
			return nil
		}),
		wrapper.ProcessRequestHeaders(func(_ wrapper.HttpContext, c config) types.Action {
			proxywasm.ResumedElsewhere()
			if err := c.client.Get("/", nil, func(int, [][2]string, []byte) {}); err != nil {
				return types.ActionContinue
			}
			return types.ActionPause
		}),
		wrapper.ProcessResponseHeaders(func(_ wrapper.HttpContext, c config) types.Action {
			if err := c.client.Get("/", nil, func(int, [][2]string, []byte) {}); err != nil { // want "lost-resume"
				return types.ActionContinue
			}
			return types.ActionPause
		}))
}
