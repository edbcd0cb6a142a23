package wrapper_test

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/tidwall/gjson"
	"github.com/tidwall/resp"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

type config struct {
	header string
	auth   wrapper.HttpClient
	redis  wrapper.RedisClient
}

// A plugin that adds a header. SetCtx belongs into main's init function.
func ExampleSetCtx() {
	wrapper.SetCtx("my-plugin",
		wrapper.ParseConfig(func(json gjson.Result, c *config) error {
			if c.header = json.Get("header").String(); c.header == "" {
				return errors.New(`"header" is missing`)
			}
			return nil
		}),
		wrapper.ProcessRequestHeaders(func(ctx wrapper.HttpContext, c config) types.Action {
			if err := proxywasm.AddHttpRequestHeader(c.header, ctx.Host()); err != nil {
				log.Errorf("add request header %s: %v", c.header, err)
			}
			return types.HeaderContinue
		}))
	// Output:
}

// A plugin that asks another service before a request goes on.
func ExampleHttpClient() {
	wrapper.SetCtx("ask",
		wrapper.ParseConfig(func(_ gjson.Result, c *config) error {
			c.auth = wrapper.NewClusterClient(wrapper.FQDNCluster{FQDN: "auth.dns", Port: 80})
			return nil
		}),
		wrapper.ProcessRequestHeaders(func(ctx wrapper.HttpContext, c config) types.Action {
			err := c.auth.Get("/check", nil, func(status int, _ http.Header, _ []byte) {
				if status != http.StatusOK {
					_ = proxywasm.SendHttpResponse(http.StatusForbidden, nil, nil, -1)
					return
				}
				_ = proxywasm.ResumeHttpRequest()
			})
			if err != nil {
				_ = proxywasm.SendHttpResponse(http.StatusServiceUnavailable, nil, nil, -1)
			}
			return types.HeaderStopAllIterationAndWatermark
		}))
	// Output:
}

// A plugin that counts requests in Redis without waiting for it.
func ExampleRedisClient() {
	wrapper.SetCtx("count",
		wrapper.ParseConfig(func(_ gjson.Result, c *config) error {
			c.redis = wrapper.NewRedisClusterClient(wrapper.FQDNCluster{FQDN: "redis.dns", Port: 6379})
			return c.redis.Init("", "", 1000, wrapper.WithDataBase(1))
		}),
		wrapper.ProcessRequestHeaders(func(ctx wrapper.HttpContext, c config) types.Action {
			if err := c.redis.Incr(ctx.Host(), func(v resp.Value) {
				if v.Error() != nil {
					log.Warn(v.Error().Error())
				}
			}); err != nil {
				log.Warn(err.Error())
			}
			return types.HeaderContinue
		}))
	// Output:
}

func ExampleUnifySSEChunk() {
	fmt.Printf("%q\n", wrapper.UnifySSEChunk([]byte("data: 1\r\n\r\n")))
	// Output: "data: 1\n\n"
}

func ExampleMarshalStr() {
	fmt.Println(wrapper.MarshalStr(`{"a":1}`))
	// Output: {\"a\":1}
}
