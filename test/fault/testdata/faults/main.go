// Command faults misbehaves as the request header x-op asks it to: a name, and
// an argument behind "=". What it has to say it answers with, or adds to the
// response as the header x-saw.
package main

import (
	"errors"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("faults",
		wrapper.PrePluginStartOrReload[config](func(c wrapper.PluginContext) error {
			c.EnableRuleLevelConfigIsolation()
			return nil
		}),
		wrapper.ParseConfig(parse),
		wrapper.ProcessRequestHeaders(onRequestHeaders),
		wrapper.ProcessRequestBody(onRequestBody),
		wrapper.ProcessStreamingRequestBody(onRequestChunk),
		wrapper.ProcessResponseHeaders(onResponseHeaders),
		wrapper.ProcessResponseBody(onResponseBody),
		wrapper.ProcessStreamDone(onDone))
}

type config struct {
	name string
}

// ticks counts those of this VM.
var ticks int

// parse refuses the name "bad"; "tick" starts a tick that counts, "tick-panic"
// one beside it that panics.
func parse(json gjson.Result, c *config) error {
	c.name = json.Get("name").String()
	if c.name == "bad" {
		return errors.New(`name: "bad" is not allowed`)
	}
	if json.Get("tick").Bool() {
		wrapper.RegisterTickFunc(100, func() { ticks++; count("fault_ticks") })
	}
	if json.Get("tick-panic").Bool() {
		wrapper.RegisterTickFunc(100, func() { panic("in a tick") })
	}
	return nil
}

func count(metric string) { proxywasm.DefineCounterMetric(metric).Increment(1) }

// phase is what an operation does in one callback.
type phase func(ctx wrapper.HttpContext, c config, arg string) types.Action

// operation is what x-op names. Bodies are read only where there is a function
// for them.
type operation struct {
	request, requestBody, response, responseBody phase
	chunk                                        func(ctx wrapper.HttpContext, arg string, chunk []byte, last bool) []byte
	done                                         func(ctx wrapper.HttpContext, arg string)
}

// operations are those of all files.
var operations = map[string]operation{}

func add(more map[string]operation) {
	for name, o := range more {
		operations[name] = o
	}
}

func asked(ctx wrapper.HttpContext) (operation, string) {
	name, arg, _ := strings.Cut(ctx.GetStringContext("op", ""), "=")
	return operations[name], arg
}

func onRequestHeaders(ctx wrapper.HttpContext, c config) types.Action {
	op, _ := proxywasm.GetHttpRequestHeader("x-op")
	ctx.SetContext("op", op)
	_ = proxywasm.AddHttpRequestHeader("x-config", c.name)
	o, arg := asked(ctx)
	switch {
	case o.requestBody != nil:
		ctx.BufferRequestBody()
	case o.chunk == nil:
		ctx.DontReadRequestBody()
	}
	if o.responseBody == nil {
		ctx.DontReadResponseBody()
	}
	if o.request == nil {
		return types.HeaderContinue
	}
	return o.request(ctx, c, arg)
}

func onRequestBody(ctx wrapper.HttpContext, c config, body []byte) types.Action {
	o, arg := asked(ctx)
	ctx.SetContext("body", body)
	return o.requestBody(ctx, c, arg)
}

func onRequestChunk(ctx wrapper.HttpContext, _ config, chunk []byte, last bool) []byte {
	o, arg := asked(ctx)
	return o.chunk(ctx, arg, chunk, last)
}

func onResponseHeaders(ctx wrapper.HttpContext, c config) types.Action {
	if saw := ctx.GetStringContext("saw", ""); saw != "" {
		report(proxywasm.ReplaceHttpResponseHeader("x-saw", saw))
	}
	if o, arg := asked(ctx); o.response != nil {
		return o.response(ctx, c, arg)
	}
	return types.HeaderContinue
}

func onResponseBody(ctx wrapper.HttpContext, c config, body []byte) types.Action {
	o, arg := asked(ctx)
	ctx.SetContext("body", body)
	return o.responseBody(ctx, c, arg)
}

func onDone(ctx wrapper.HttpContext, _ config) {
	if o, arg := asked(ctx); o.done != nil {
		o.done(ctx, arg)
	}
}

// report logs an error.
func report(err error) {
	if err != nil {
		log.Error("fault plugin: " + err.Error())
	}
}

// saw makes the response carry text.
func saw(ctx wrapper.HttpContext, text string) { ctx.SetContext("saw", text) }

// answer answers the request with text.
func answer(text string) types.Action {
	report(proxywasm.SendHttpResponse(200, [][2]string{{"x-saw", text}}, []byte(text), -1))
	return types.ActionPause
}

// errText is the error's text, "ok" for nil.
func errText(err error) string {
	if err == nil {
		return "ok"
	}
	return err.Error()
}
