package call_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// none is the configuration of plugins that have none.
type none struct{}

// handle starts a plugin whose handler for request headers is f. In a real
// plugin f's body is the handler's; in a real test, t is the test's own.
func handle(f func(ctx context.Context)) *plugintest.Host {
	wrapper.SetCtx("example", wrapper.HandleRequestHeaders(
		func(ctx context.Context, _ wrapper.HttpContext, _ none) types.Action {
			f(ctx)
			return types.ActionContinue
		}))
	return plugintest.New(&testing.B{}, plugintest.Options{MissingClusters: []string{"outbound|80||gone.dns"}})
}

// A request that is tested natively: plugintest answers for the service.
func ExampleClient_Get() {
	var service call.Cluster = wrapper.FQDNCluster{FQDN: "users.dns", Port: 80}
	users := call.New(service)
	h := handle(func(ctx context.Context) {
		resp, err := users.Get(ctx, "/me?fields=name")
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(resp.StatusCode, resp.OK(), resp.Header.Get("content-type"), string(resp.Body))
	})
	h.OnHTTPCall(func(c plugintest.HTTPCall) plugintest.HTTPAnswer {
		fmt.Println(c.Cluster, c.Headers.Get(":path"), c.Timeout)
		return plugintest.HTTPAnswer{
			Headers: [][2]string{{":status", "200"}, {"content-type", "text/plain"}},
			Body:    []byte("ann"),
		}
	})
	h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "shop.test"}})
	// Output:
	// outbound|80||users.dns /me?fields=name 500ms
	// 200 true text/plain ann
}

// Options hold for one request, or, given to New, for all of a client.
func ExampleOption() {
	audit := call.New(wrapper.FQDNCluster{FQDN: "audit.dns", Port: 80},
		call.Timeout(100*time.Millisecond),
		call.WithHeaders(call.Header{{"content-type", "text/plain"}, {"x-plugin", "shop"}}))
	h := handle(func(ctx context.Context) {
		_, _ = audit.Do(ctx, "PURGE", "/events", call.Body([]byte("all")), call.WithHeader("x-reason", "test"))
		_, _ = audit.Get(ctx, "/slow", call.Timeout(2*time.Second))
	})
	h.OnHTTPCall(func(c plugintest.HTTPCall) plugintest.HTTPAnswer {
		fmt.Printf("%s %q %s %q %s\n", c.Headers.Get(":method"), c.Body, c.Timeout, c.Headers.Get("x-reason"), c.Headers.Get("x-plugin"))
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "204"}}}
	})
	h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "shop.test"}})
	// Output:
	// PURGE "all" 100ms "test" shop
	// GET "" 2s "" shop
}

// Several calls that wait at the same time; their answers are Responses,
// whatever their status.
func ExampleResponse() {
	users := call.New(wrapper.FQDNCluster{FQDN: "users.dns", Port: 80})
	rights := call.New(wrapper.FQDNCluster{FQDN: "rights.dns", Port: 80})
	h := handle(func(ctx context.Context) {
		var user, right *call.Response
		err := call.Join(ctx,
			func(ctx context.Context) (err error) { user, err = users.Get(ctx, "/me"); return },
			func(ctx context.Context) (err error) { right, err = rights.Get(ctx, "/me"); return })
		if err != nil {
			return
		}
		fmt.Println(user.StatusCode, right.StatusCode, right.OK())
	})
	h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "shop.test"}})
	fmt.Println(len(h.PendingHTTPCalls()), "calls wait")
	h.OnHTTPCall(func(c plugintest.HTTPCall) plugintest.HTTPAnswer {
		status := map[string]string{"outbound|80||users.dns": "200"}[c.Cluster]
		if status == "" {
			status = "403"
		}
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", status}}}
	})
	// Output:
	// 2 calls wait
	// 200 403 false
}

// An answer with any status is a Response. An error says why there is none.
func ExampleError() {
	gone := call.New(wrapper.FQDNCluster{FQDN: "gone.dns", Port: 80})
	h := handle(func(ctx context.Context) {
		_, err := gone.Get(ctx, "/me?token=secret")
		var failed *call.Error
		if errors.As(err, &failed) {
			fmt.Println(failed.Op, "|", failed.Cluster, "|", call.StatusCode(err))
		}
		fmt.Println(errors.Is(err, call.ErrUnknownCluster), errors.Is(err, call.ErrTimeout))
	})
	h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "shop.test"}})
	// Output:
	// GET /me | outbound|80||gone.dns | 503
	// true false
}

// A command, its answer, and an answer that is an error of Redis.
func ExampleRedis_Get() {
	var redis *call.Redis
	h := handle(func(ctx context.Context) {
		redis = call.NewRedis(wrapper.FQDNCluster{FQDN: "redis.dns", Port: 6379}, call.RedisOptions{
			Password: "secret", Database: 1, Timeout: 200 * time.Millisecond, Unbuffered: true,
		})
		for _, key := range []string{"name", "missing", "list"} {
			var value call.Value
			value, err := redis.Get(ctx, key)
			var refused call.RedisError
			switch {
			case errors.As(err, &refused):
				fmt.Println("redis says", refused)
			case err != nil:
				fmt.Println("no answer:", err)
			case value.IsNull():
				fmt.Println("there is no", key)
			default:
				fmt.Println(value)
			}
		}
	})
	answers := []string{"$3\r\nann\r\n", "$-1\r\n", "-WRONGTYPE not a string\r\n"}
	h.OnRedisCall(func(plugintest.RedisCall) plugintest.RedisAnswer {
		answer := plugintest.RedisAnswer{Body: []byte(answers[0])}
		answers = answers[1:]
		return answer
	})
	h.Request([][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "shop.test"}})
	// Output:
	// ann
	// there is no missing
	// redis says WRONGTYPE not a string
}
