package main

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// backend is the upstream of all tests.
var backend = wrapper.NewClusterClient(wrapper.TargetCluster{Cluster: "backend", Host: "backend"})

func fail(wrapper.HttpContext, config, string) types.Action {
	var nowhere map[string]int
	nowhere["line one\nline two"] = 1 // one line of the log, please
	return types.ActionContinue
}

func init() {
	callAnd := func(then func()) phase {
		return func(wrapper.HttpContext, config, string) types.Action {
			report(backend.Get("/", nil, func(int, [][2]string, []byte) { then() }, 2000))
			return types.ActionPause
		}
	}
	hold := func(a types.Action) phase {
		return func(wrapper.HttpContext, config, string) types.Action { return a }
	}
	boom := func() { panic("in a callback") }
	forget := func() {}
	add(map[string]operation{
		"panic-request-headers":  {request: fail},
		"panic-request-body":     {requestBody: fail},
		"panic-response-headers": {response: fail},
		"panic-response-body":    {responseBody: fail},
		"panic-done":             {done: func(wrapper.HttpContext, string) { panic("at the end") }},
		"panic-call":             {request: callAnd(boom)},
		"panic-call-response":    {response: callAnd(boom)},

		"hold-1":               {request: hold(types.HeaderStopIteration)},
		"hold-3":               {request: hold(types.HeaderStopAllIterationAndBuffer)},
		"hold-4":               {request: hold(types.HeaderStopAllIterationAndWatermark)},
		"hold-body":            {requestBody: hold(types.DataStopIterationAndBuffer)},
		"hold-response":        {response: hold(types.HeaderStopAllIterationAndWatermark)},
		"hold-response-body":   {responseBody: hold(types.DataStopIterationAndBuffer)},
		"forget":               {request: callAnd(forget)},
		"forget-response":      {response: callAnd(forget)},
		"forget-request-body":  {requestBody: callAnd(forget)},
		"forget-response-body": {responseBody: callAnd(forget)},
		"wait-for-body":        {request: hold(types.HeaderStopIteration), requestBody: hold(types.ActionContinue)},
		"resume": {request: func(wrapper.HttpContext, config, string) types.Action {
			report(proxywasm.ResumeHttpRequest())
			return types.HeaderContinue
		}, response: func(wrapper.HttpContext, config, string) types.Action {
			report(proxywasm.ResumeHttpRequest())
			return types.HeaderContinue
		}},
		"reply-twice": {request: func(wrapper.HttpContext, config, string) types.Action {
			report(proxywasm.SendHttpResponse(403, nil, []byte("first"), -1))
			report(proxywasm.SendHttpResponse(404, nil, []byte("second"), -1))
			report(proxywasm.ResumeHttpRequest())
			return types.HeaderContinue
		}},
	})
}
