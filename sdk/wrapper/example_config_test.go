package wrapper_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// limits is the configuration of the examples.
type limits struct {
	Requests int    `json:"requests"`
	Message  string `json:"message"`
}

// show answers each request with the configuration that holds for it.
func show(_ wrapper.HttpContext, c limits) types.Action {
	text, _ := json.Marshal(c)
	_ = proxywasm.SendHttpResponse(200, nil, text, -1)
	return types.ActionContinue
}

// ask starts the plugin, sends a request on a route and prints the answer.
func ask(config, route string) {
	h := plugintest.New(&testing.B{}, plugintest.Options{
		Config:     []byte(config),
		Properties: map[string]string{"xds.route_name": route},
	})
	fmt.Printf("%s: %s\n", route, h.Request(get).Reply.Body)
}

// Without an own function for rules, each rule is a configuration of its own.
func ExampleParseConfig() {
	wrapper.SetCtx("limits",
		wrapper.ParseConfig(func(json gjson.Result, c *limits) error {
			c.Requests = int(json.Get("requests").Int())
			if c.Requests <= 0 {
				return errors.New(`"requests" must be above 0`)
			}
			return nil
		}),
		wrapper.ProcessRequestHeaders(show))

	_, err := plugintest.Start(&testing.B{}, plugintest.Options{Config: []byte(`{"requests":0}`)})
	fmt.Println(err)
	const config = `{"requests":9,"_rules_":[{"_match_route_":["big"],"requests":99}]}`
	ask(config, "big")
	ask(config, "other")
	// Output:
	// the plugin refused to start
	// big: {"requests":99,"message":""}
	// other: {"requests":9,"message":""}
}

// Rules that begin as the global configuration and change some of it.
func ExampleParseOverrideConfig() {
	parse := func(json gjson.Result, c *limits) error {
		c.Requests = int(json.Get("requests").Int())
		c.Message = json.Get("message").String()
		return nil
	}
	rule := func(json gjson.Result, global limits, c *limits) error {
		*c = global
		if n := json.Get("requests"); n.Exists() {
			c.Requests = int(n.Int())
		}
		return nil
	}
	wrapper.SetCtx("limits", wrapper.ParseOverrideConfig(parse, rule), wrapper.ProcessRequestHeaders(show))

	ask(`{"requests":9,"message":"slow down","_rules_":[{"_match_route_":["big"],"requests":99}]}`, "big")

	// The same with a logger as last argument:
	wrapper.SetCtx("limits", wrapper.ParseOverrideConfigBy(
		func(json gjson.Result, c *limits, _ wrapper.Log) error { return parse(json, c) },
		func(json gjson.Result, global limits, c *limits, _ wrapper.Log) error { return rule(json, global, c) }))
	// Output: big: {"requests":99,"message":"slow down"}
}

// A configuration that is a struct needs no function at all: package config has
// the tags. Keys that nobody knows are refused, and rules inherit what they
// don't name.
func ExampleSetCtx_typed() {
	wrapper.SetCtx("limits", wrapper.ParseTypedOverrideConfig[limits](), wrapper.ProcessRequestHeaders(show))

	ask(`{"requests":9,"message":"slow down","_rules_":[{"_match_route_":["big"],"requests":99}]}`, "big")
	h, _ := plugintest.Start(&testing.B{}, plugintest.Options{Config: []byte(`{"request":9}`)})
	fmt.Println(h.LogsAt(proxywasm.LogLevelError))
	// Output:
	// big: {"requests":99,"message":"slow down"}
	// [[limits] [nil] [nil] plugin start failed: configuration (top level): request: unknown key, did you mean "requests"?]
}

// Configurations as text, for a plugin that brings its own parser.
func ExampleParseOverrideRawConfig() {
	parse := func(text []byte, c *limits) error { return json.Unmarshal(text, c) }
	rule := func(text []byte, global limits, c *limits) error {
		*c = global
		return json.Unmarshal(text, c)
	}
	wrapper.SetCtx("limits", wrapper.ParseOverrideRawConfig(parse, rule), wrapper.ProcessRequestHeaders(show))

	ask(`{"requests":9,"message":"slow down","_rules_":[{"_match_route_":["big"],"requests":99}]}`, "big")

	// Without inheritance:
	wrapper.SetCtx("limits", wrapper.ParseRawConfig(parse))
	// Output: big: {"requests":99,"message":"slow down"}
}

// Something that is set up once for each configuration, before it is parsed,
// and kept beside it.
func ExamplePrePluginStartOrReload() {
	wrapper.SetCtx("limits",
		wrapper.PrePluginStartOrReload[limits](func(ctx wrapper.PluginContext) error {
			ctx.EnableRuleLevelConfigIsolation()
			ctx.SetContext("unit", "requests a second")
			return nil
		}),
		wrapper.ParseConfigWithContext(func(ctx wrapper.PluginContext, json gjson.Result, c *limits) error {
			c.Requests = int(json.Get("requests").Int())
			c.Message, _ = ctx.GetContext("unit").(string)
			return nil
		}),
		wrapper.ProcessRequestHeaders(show))

	ask(`{"requests":9}`, "any")
	// Output: any: {"requests":9,"message":"requests a second"}
}

// Parsers can be written as functions of their own, once for all plugins of a
// company for example. Those that take the plugin's context and the text have
// types, too.
func ExampleParseRawConfigWithContextFunc() {
	var parse wrapper.ParseRawConfigWithContextFunc[limits] = func(_ wrapper.PluginContext, text []byte, c *limits) error {
		return json.Unmarshal(text, c)
	}
	var rule wrapper.ParseRawRuleConfigWithContextFunc[limits] = func(ctx wrapper.PluginContext, text []byte, global limits, c *limits) error {
		*c = global
		return parse(ctx, text, c)
	}
	var c limits
	err := rule(nil, []byte(`{"requests":99}`), limits{Requests: 9, Message: "slow down"}, &c)
	fmt.Println(c, err)
	// Output: {99 slow down} <nil>
}

// Options that say how the plugin behaves, not what it does.
func ExampleCtxOption() {
	options := []wrapper.CtxOption[none]{
		wrapper.ProcessRequestBody(func(wrapper.HttpContext, none, []byte) types.Action { panic("a mistake") }),
		wrapper.EnableSafeLog[none](),                   // users' data at level debug only
		wrapper.KeepContentLength[none](),               // the body is only read
		wrapper.WithConsumerHeader[none]("x-user"),      // for rules of consumers
		wrapper.WithFailOpen[none](),                    // a mistake lets requests pass
		wrapper.WithBodyReuse[none](),                   // body handlers copy what they keep
		wrapper.WithMaxRequestsPerIoCycle[none](1000),   // on Higress
		wrapper.WithRebuildAfterRequests[none](1000000), // on Higress
		wrapper.WithRebuildMaxMemBytes[none](256 << 20), // on Higress
	}
	wrapper.SetCtx("relaxed", options...)

	ex := plugintest.New(&testing.B{}, plugintest.Options{}).Request(
		append(get[:3:3], [2]string{"content-length", "5"}), []byte("hello"))
	fmt.Printf("%s %s\n", ex.Upstream.Body, ex.Upstream.Headers.Get("content-length"))
	// Output: hello 5
}

// A logger of the plugin's own: here one that puts a tag in front of lines.
func ExampleWithLogger() {
	wrapper.SetCtx("tagged",
		wrapper.WithLogger[none](&tagged{wrapper.NewLog("tagged")}),
		wrapper.ProcessRequestHeadersBy(func(_ wrapper.HttpContext, _ none, log wrapper.Log) types.Action {
			log.Info("hello")
			return types.ActionContinue
		}))

	h := plugintest.New(&testing.B{}, plugintest.Options{})
	h.Request(get)
	fmt.Println(h.LogsAt(uint32(wrapper.LogLevelInfo)))
	// Output: [[tagged] [nil] [nil] team=shop hello]
}

type tagged struct{ wrapper.Log }

// Info implements wrapper.Log.
func (l *tagged) Info(msg string) { l.Log.Info("team=shop " + msg) }

// A plugin that is more than its wrapper: what SetCtx registers is a
// types.VMContext like any other, and can be embedded.
func ExampleNewCommonVmCtx() {
	vm := wrapper.NewCommonVmCtx("embedded", wrapper.ParseTypedConfig[none]())
	proxywasm.SetVMContext(&counting{vm})

	h := plugintest.New(&testing.B{}, plugintest.Options{Config: []byte("{}")})
	_ = h.Configure([]byte(`{}`)) // another one takes its place
	// Output:
	// a configuration, true
	// a configuration, true
}

type counting struct{ *wrapper.CommonVmCtx[none] }

// NewPluginContext implements types.VMContext.
func (c *counting) NewPluginContext(id uint32) types.PluginContext {
	p := c.CommonVmCtx.NewPluginContext(id)
	_, ok := p.(*wrapper.CommonPluginCtx[none])
	fmt.Printf("a configuration, %t\n", ok)
	return p
}

// The type parameter of the functions that parse JSON is gjson.Result: the wrapper
// knows it by its methods only.
func ExampleJSON() {
	var parse wrapper.ParseConfigFunc[none, gjson.Result] = func(json gjson.Result, _ *none) error {
		fmt.Println(json.Get("limits.1"))
		return nil
	}
	wrapper.SetCtx("shop", wrapper.ParseConfig(parse))
	plugintest.New(&testing.B{}, plugintest.Options{Config: []byte(`{"limits": [10, 20]}`)})
	// Output: 20
}
