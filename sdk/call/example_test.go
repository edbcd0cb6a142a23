package call_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// A plugin that asks a service who the user is.
func Example() {
	type Config struct{ auth *call.Client }

	onRequestHeaders := func(ctx context.Context, http wrapper.HttpContext, config Config) types.Action {
		token, _ := proxywasm.GetHttpRequestHeader("authorization")
		resp, err := config.auth.Get(ctx, "/check", call.WithHeader("authorization", token))
		if err != nil {
			proxywasm.SendHttpResponse(uint32(call.StatusCode(err)), nil, nil, -1)
			return types.ActionPause
		}
		if !resp.OK() {
			proxywasm.SendHttpResponse(403, nil, nil, -1)
			return types.ActionPause
		}
		proxywasm.ReplaceHttpRequestHeader("x-user", resp.Header.Get("x-user"))
		return types.ActionContinue
	}

	// In main's init function:
	_ = wrapper.NewCommonVmCtx("who", wrapper.HandleRequestHeaders(onRequestHeaders))
}

func ExampleClient_Post() {
	client := call.New(wrapper.FQDNCluster{FQDN: "audit.static", Port: 80}, call.Timeout(200*time.Millisecond))

	_ = func(ctx context.Context, body []byte) error {
		_, err := client.Post(ctx, "/events", body,
			call.WithHeader("content-type", "application/json"),
			call.Timeout(time.Second))
		switch {
		case errors.Is(err, call.ErrTimeout):
			return nil // good enough
		case errors.Is(err, call.ErrStreamEnded):
			return err // the client has gone: stop
		}
		return err
	}
}

// Two services at once.
func ExampleJoin() {
	users := call.New(wrapper.FQDNCluster{FQDN: "users.static", Port: 80})
	rights := call.New(wrapper.FQDNCluster{FQDN: "rights.static", Port: 80})

	_ = func(ctx context.Context) (user, right *call.Response, err error) {
		err = call.Join(ctx,
			func(ctx context.Context) (err error) { user, err = users.Get(ctx, "/me"); return },
			func(ctx context.Context) (err error) { right, err = rights.Get(ctx, "/me"); return })
		return user, right, err
	}
}

// A limit on requests of each user in a minute.
func ExampleRedis() {
	// While the configuration is parsed:
	limits := call.NewRedis(wrapper.FQDNCluster{FQDN: "redis.static", Port: 6379}, call.RedisOptions{Password: "secret"})

	_ = func(ctx context.Context, user string) (allowed bool, err error) {
		n, err := limits.Incr(ctx, "requests:"+user)
		if err != nil {
			return false, err
		}
		if n.Integer() == 1 {
			_, err = limits.Expire(ctx, "requests:"+user, 60)
		}
		return n.Integer() <= 100, err
	}
}

// A call that is tried again after a while.
func ExampleSleep() {
	client := call.New(wrapper.FQDNCluster{FQDN: "slow.static", Port: 80})

	_ = func(ctx context.Context) (resp *call.Response, err error) {
		for wait := 50 * time.Millisecond; wait < time.Second; wait *= 2 {
			if resp, err = client.Get(ctx, "/"); err == nil {
				return resp, nil
			}
			if err := call.Sleep(ctx, wait); err != nil {
				return nil, err // the stream has ended: don't go on
			}
		}
		return nil, err
	}
}

// A number that all workers of a gateway count up.
func ExampleUpdate() {
	err := call.Update("requests", func(old []byte) ([]byte, error) {
		n, _ := strconv.Atoi(string(old))
		return []byte(strconv.Itoa(n + 1)), nil
	})
	fmt.Println(err) // there is no gateway in an example
	// Output: read shared data requests: no Proxy-Wasm host: this is a native build, start one with plugintest.New
}

func ExampleStatusCode() {
	fmt.Println(call.StatusCode(call.ErrTimeout), call.StatusCode(call.ErrRefused), call.StatusCode(call.ErrReset))
	// Output: 504 503 502
}
