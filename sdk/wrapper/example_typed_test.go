package wrapper_test

import (
	"fmt"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// answered is the type of the callbacks below, which the compiler then checks.
type answered = func(status int, headers [][2]string, body []byte)

func ExampleHttpClientOf() {
	var client wrapper.HttpClientOf[answered] = wrapper.NewClusterClientOf[answered](wrapper.FQDNCluster{FQDN: "auth.dns", Port: 80})
	wrapper.SetCtx("typed", wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, none) types.Action {
		err := client.Get("/check", nil, func(status int, _ [][2]string, body []byte) {
			fmt.Println(status, string(body))
			_ = proxywasm.ResumeHttpRequest()
		})
		if err != nil {
			return types.ActionContinue
		}
		return types.HeaderStopAllIterationAndWatermark
	}))

	h := plugintest.New(&testing.B{}, plugintest.Options{})
	h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}}, Body: []byte("fine")}
	})
	h.Request(get)
	// Output: 200 fine
}

func ExampleClusterClientOf() {
	client := wrapper.NewClusterClientOf[answered](wrapper.FQDNCluster{FQDN: "auth.dns", Port: 80})
	fmt.Println(client.ClusterName())
	// Output: outbound|80||auth.dns
}

func ExampleRedisClientOf() {
	type callback = func(wrapper.RedisValue)
	var redis wrapper.RedisClientOf[callback]
	wrapper.SetCtx("typed",
		wrapper.ParseConfig(func(gjson.Result, *none) error {
			redis = wrapper.NewRedisClusterClientOf[callback](wrapper.FQDNCluster{FQDN: "redis.dns", Port: 6379})
			return redis.Init("", "", 500)
		}),
		wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, none) types.Action {
			if err := redis.Incr("visits", func(v wrapper.RedisValue) { fmt.Println("visit", v.Integer()) }); err != nil {
				fmt.Println(err)
			}
			return types.ActionContinue
		}))

	h := plugintest.New(&testing.B{}, plugintest.Options{Config: []byte("{}")})
	h.OnRedisCall(func(plugintest.RedisCall) plugintest.RedisAnswer {
		return plugintest.RedisAnswer{Body: []byte(":7\r\n")}
	})
	h.Request(get)
	// Output: visit 7
}

func ExampleRedisClusterClientOf() {
	redis := wrapper.NewRedisClusterClientOf[func(wrapper.RedisValue)](wrapper.FQDNCluster{FQDN: "redis.dns", Port: 6379})
	fmt.Println(redis.Ready(), redis.Get("key", nil))
	// Output: false redis client is not ready, please call Init() first
}

func ExampleGetIntContext() {
	wrapper.SetCtx("numbers", wrapper.ProcessRequestHeaders(func(ctx wrapper.HttpContext, _ none) types.Action {
		ctx.SetContext("tries", 3)
		fmt.Println(wrapper.GetIntContext(ctx, "tries", 0), wrapper.GetIntContext(ctx, "none", -1))
		return types.ActionContinue
	}))
	plugintest.New(&testing.B{}, plugintest.Options{}).Request(get)
	// Output: 3 -1
}
