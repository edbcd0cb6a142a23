package wrapper_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// The names that Higress gives the clusters of services. TargetCluster takes
// any other name: on Envoy it is that of the cluster in its configuration.
func ExampleCluster() {
	for _, c := range []wrapper.Cluster{
		wrapper.FQDNCluster{FQDN: "auth.dns", Port: 80},
		wrapper.K8sCluster{ServiceName: "auth", Namespace: "shop", Port: 8080},
		wrapper.DnsCluster{ServiceName: "auth", Domain: "auth.example.com", Port: 443},
		wrapper.StaticIpCluster{ServiceName: "auth", Port: 80},
		wrapper.NacosCluster{ServiceName: "auth", NamespaceID: "public", Port: 80},
		wrapper.ConsulCluster{ServiceName: "auth", Datacenter: "dc1", Port: 80},
		wrapper.TargetCluster{Cluster: "auth_cluster", Host: "auth.internal"},
	} {
		fmt.Println(c.ClusterName(), c.HostName())
	}
	// Output:
	// outbound|80||auth.dns auth.dns
	// outbound|8080||auth.shop.svc.cluster.local auth.shop.svc.cluster.local
	// outbound|443||auth.dns auth.example.com
	// outbound|80||auth.static auth
	// outbound|80||auth.DEFAULT-GROUP.public.nacos auth
	// outbound|80||auth.dc1.consul auth
	// auth_cluster auth.internal
}

// RouteCluster is the cluster that the request itself goes to.
func ExampleRouteCluster() {
	upstream := wrapper.NewClusterClient(wrapper.RouteCluster{Host: "shop.internal"})
	wrapper.SetCtx("warm-up",
		wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, none) types.Action {
			_ = upstream.Get("/warm-up", nil, nil) // nobody waits for the answer
			return types.ActionContinue
		}))

	h := plugintest.New(&testing.B{}, plugintest.Options{Properties: map[string]string{"cluster_name": "shop"}})
	h.Request(get)
	fmt.Println(h.PendingHTTPCalls()[0].Cluster, h.PendingHTTPCalls()[0].Headers.Get(":authority"))
	// Output: shop shop.internal
}

// The two forms of a callback. The second keeps package net/http out of the
// plugin, which is two megabytes smaller without it.
func ExampleResponseCallback() {
	service := wrapper.NewClusterClient(wrapper.FQDNCluster{FQDN: "auth.dns", Port: 80})
	resume := func() { _ = proxywasm.ResumeHttpRequest() }
	callbacks := []wrapper.ResponseCallback{
		func(status int, headers http.Header, body []byte) {
			fmt.Println(status, headers.Get("X-User"), string(body))
			resume()
		},
		func(status int, headers [][2]string, body []byte) {
			fmt.Println(status, plugintest.Headers(headers).Get("x-user"), string(body))
			resume()
		},
		func(status int) {}, // none of the two
	}
	wrapper.SetCtx("ask", wrapper.ProcessRequestHeaders(func(ctx wrapper.HttpContext, _ none) types.Action {
		if err := service.Get("/who", nil, callbacks[len(ctx.Path())-1]); err != nil {
			fmt.Println(errors.Is(err, wrapper.ErrCallback))
			return types.ActionContinue
		}
		return types.ActionPause
	}))

	h := plugintest.New(&testing.B{}, plugintest.Options{})
	h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}, {"x-user", "ann"}}, Body: []byte("ok")}
	})
	for _, path := range []string{"/", "/a", "/ab"} {
		h.Request([][2]string{{":method", "GET"}, {":path", path}, {":authority", "shop.test"}})
	}
	// Output:
	// 200 ann ok
	// 200 ann ok
	// true
}

// RouteCall sends the request itself somewhere else, and shows the plugin the
// answer before the client gets it.
func ExampleRouteResponseCallback() {
	var answered wrapper.RouteResponseCallback = func(status int, _ [][2]string, body []byte) {
		_ = proxywasm.ReplaceHttpResponseBody([]byte(fmt.Sprintf("%d: %s", status, body)))
		_ = proxywasm.ResumeHttpResponse()
	}
	wrapper.SetCtx("translate",
		wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, none) types.Action { return types.HeaderStopIteration }),
		wrapper.ProcessRequestBody(func(ctx wrapper.HttpContext, _ none, body []byte) types.Action {
			if err := ctx.RouteCall("POST", "/v2/orders", nil, body, answered); err != nil {
				_ = proxywasm.SendHttpResponse(500, nil, nil, -1)
			}
			return types.ActionContinue
		}))

	ex := plugintest.New(&testing.B{}, plugintest.Options{}).Request(
		[][2]string{{":method", "PUT"}, {":path", "/orders"}, {":authority", "shop.test"}}, []byte("tea"))
	fmt.Println(ex.Upstream.Headers.Get(":method"), ex.Upstream.Headers.Get(":path"))
	ex.Respond([][2]string{{":status", "200"}}, []byte("done"))
	fmt.Printf("%s\n", ex.Client.Body)
	// Output:
	// POST /v2/orders
	// 200: done
}

// How commands are sent, and what their answers are. The options about buffering
// matter on Higress; elsewhere all commands of a callback are sent at its end.
func ExampleRedisOption() {
	options := []wrapper.RedisOption{
		wrapper.WithDataBase(2),
		wrapper.WithBufferFlushTimeout(5 * time.Millisecond), // commands wait so long for others
		wrapper.WithMaxBufferSizeBeforeFlush(4096),           // or for so many bytes
	}
	if lowLatency := true; lowLatency {
		options = append(options, wrapper.WithDisableBuffer())
	}
	var redis wrapper.RedisClient
	wrapper.SetCtx("visits",
		wrapper.ParseConfig(func(gjson.Result, *none) error {
			redis = wrapper.NewRedisClusterClient(wrapper.FQDNCluster{FQDN: "redis.dns", Port: 6379})
			return redis.Init("", "secret", 500, options...)
		}),
		wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, none) types.Action {
			err := redis.Incr("visits", func(v wrapper.RedisValue) {
				switch err := v.Error(); {
				case errors.Is(err, wrapper.ErrRedisUnavailable):
					fmt.Println("no answer")
				case err != nil:
					fmt.Println("redis says", err)
				default:
					fmt.Println("visit", v.Integer())
				}
				_ = proxywasm.ResumeHttpRequest()
			})
			if err != nil {
				return types.ActionContinue
			}
			return types.ActionPause
		}))

	h := plugintest.New(&testing.B{}, plugintest.Options{Config: []byte("{}")})
	for _, answer := range []plugintest.RedisAnswer{{Body: []byte(":7\r\n")}, {Body: []byte("-WRONGTYPE\r\n")}, {Status: 1}} {
		h.OnRedisCall(func(plugintest.RedisCall) plugintest.RedisAnswer { return answer })
		h.Request(get)
	}
	// Output:
	// visit 7
	// redis says WRONGTYPE
	// no answer
}

// What a plugin can know about a command that has no answer.
func ExampleRedisFailure() {
	redis := wrapper.NewRedisClusterClient(wrapper.FQDNCluster{FQDN: "redis.dns", Port: 6379})
	wrapper.WatchRedis(redis, func(err error) {
		var failure *wrapper.RedisFailure
		if errors.As(err, &failure) {
			fmt.Println(failure.Cluster, errors.Is(failure, wrapper.ErrRedisUnavailable), "may have run:", failure.Sent)
		}
	})
	wrapper.SetCtx("visits",
		wrapper.ParseConfig(func(gjson.Result, *none) error { return redis.Init("", "", 500) }),
		wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, none) types.Action {
			_ = redis.Incr("visits", func(wrapper.RedisValue) {})
			return types.ActionContinue
		}))

	h := plugintest.New(&testing.B{}, plugintest.Options{Config: []byte("{}")})
	h.OnRedisCall(func(plugintest.RedisCall) plugintest.RedisAnswer { return plugintest.RedisAnswer{Status: 1} })
	h.Request(get)
	// Output: outbound|6379||redis.dns true may have run: true
}

// A callback is checked when the command is sent: for RedisValue, or for
// resp.Value of tidwall/resp.
func ExampleRedisResponseCallback() {
	redis := wrapper.NewRedisClusterClient(wrapper.FQDNCluster{FQDN: "redis.dns", Port: 6379})
	var callback wrapper.RedisResponseCallback = func(answer string) {}
	fmt.Println(redis.Get("key", callback))
	// Output: callback of a wrong type: func(string), want func(resp.Value)
}

// What the plugins of all workers see in shared data while one of them leads.
func ExampleLease() {
	text, err := json.Marshal(wrapper.Lease{VMID: "a1b2", Timestamp: 1700000000})
	fmt.Println(string(text), err)
	// Output: {"vmID":"a1b2","timestamp":1700000000} <nil>
}

// Names of older plugins for what is elsewhere now: a logger, its levels, and
// the parts that SetCtx registers.
func ExampleDefaultLog() {
	var l wrapper.Log = &wrapper.DefaultLog{}
	l.ResetID("7")
	levels := []wrapper.LogLevel{wrapper.LogLevelWarn, wrapper.LogLevelError}
	fmt.Println(levels[0] < levels[1])

	var stream types.HttpContext = &wrapper.CommonHttpCtx[none]{}
	_, isContext := stream.(wrapper.HttpContext)
	fmt.Println(isContext, len([]wrapper.TickFuncEntry{}))
	// Output:
	// true
	// true 0
}
