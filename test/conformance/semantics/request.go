package main

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// onRequestHeaders shows the configuration and does what x-do says.
func onRequestHeaders(ctx wrapper.HttpContext, c config) types.Action {
	do, _ := proxywasm.GetHttpRequestHeader("x-do")
	ctx.SetContext("do", do)
	show(c)
	choose(ctx, do)
	switch do {
	case "panic":
		panic("asked to")
	case "log":
		log.Infof("said with %d\nbreak", 1)
	case "attributes":
		writeAttributes(ctx)
	case "deny":
		must(proxywasm.SendHttpResponse(403, [][2]string{{"x-why", "no key"}}, []byte("denied"), -1))
		return types.HeaderStopAllIterationAndWatermark
	case "resume":
		must(proxywasm.ResumeHttpRequest())
		return types.HeaderStopAllIterationAndWatermark
	case "lose":
		return types.HeaderStopAllIterationAndWatermark
	case "wait", "panic in body":
		return types.HeaderStopIteration
	case "call", "call and lose", "call and panic", "call and pause", "call impatiently":
		return call(do)
	}
	return types.HeaderContinue
}

// show makes the configuration visible to the backend.
func show(c config) {
	add("x-name", c.name)
	if c.began != "" {
		add("x-inherited", c.inherited)
		add("x-began", c.began)
	}
	add("x-keys", c.keys)
}

// choose says how bodies are read: whole, unless x-do says otherwise.
func choose(ctx wrapper.HttpContext, do string) {
	switch {
	case strings.HasPrefix(do, "stream"):
	case do == "ignore":
		ctx.DontReadRequestBody()
		ctx.DontReadResponseBody()
	default:
		ctx.BufferRequestBody()
		ctx.BufferResponseBody()
	}
}

// writeAttributes leaves attributes for the access log, in two goes, and shows
// what it comes to.
func writeAttributes(ctx wrapper.HttpContext) {
	ctx.SetUserAttribute("who", `a "b"`)
	ctx.SetUserAttribute("kept", 1)
	must(ctx.WriteUserAttributeToLog())
	ctx.SetUserAttributeMap(map[string]interface{}{"who": "c"})
	must(ctx.WriteUserAttributeToLog())
	text, err := proxywasm.GetProperty([]string{wrapper.CustomLogKey})
	must(err)
	add("x-attributes", string(text))
}
