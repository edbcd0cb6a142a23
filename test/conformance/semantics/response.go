package main

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// onResponseHeaders shows what is known of the request in this phase.
func onResponseHeaders(ctx wrapper.HttpContext, c config) types.Action {
	switch ctx.GetStringContext("do", "") {
	case "panic in response":
		panic("asked to")
	case "resume late":
		must(proxywasm.ResumeHttpRequest())
	case "lose response":
		return types.HeaderStopAllIterationAndWatermark
	}
	must(proxywasm.ReplaceHttpResponseHeader("x-seen", ctx.Method()+" "+ctx.Scheme()+" "+ctx.Host()+" "+ctx.Path()))
	must(proxywasm.ReplaceHttpResponseHeader("x-response-name", c.name))
	return types.HeaderContinue
}

// onDone counts exchanges.
func onDone(wrapper.HttpContext, config) {
	proxywasm.DefineCounterMetric("semantics_done").Increment(1)
}
