// Command observability is the program of docs/observability.md.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
	"github.com/tidwall/gjson"
)

func main() {}

// Config has the plugin's metrics.
type Config struct{ requests *proxywasm.CounterVec }

func init() {
	wrapper.SetCtx("demo",
		wrapper.WithTimings[Config](nil),
		wrapper.ParseConfig(parseConfig),
		wrapper.ProcessRequestHeaders(onRequestHeaders))
}

func parseConfig(_ gjson.Result, config *Config) (err error) {
	config.requests, err = proxywasm.NewCounterVec("demo_requests", "method", "result")
	return err
}

func onRequestHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	result := "allowed"
	if ctx.Path() == "/secret" {
		result = "refused"
	}
	config.requests.With(ctx.Method(), result).Increment(1)
	log.Debugf("%s %s", ctx.Path(), result)
	ctx.SetUserAttribute("result", result)
	if err := ctx.WriteUserAttributeToLog(); err != nil {
		log.Warnf("%v", err)
	}
	if err := ctx.WriteUserAttributeToTrace(); err != nil {
		log.Warnf("%v", err)
	}
	if result == "refused" {
		_ = proxywasm.SendHttpResponse(403, nil, nil, -1)
		return types.ActionPause
	}
	return types.ActionContinue
}
