// Command straight has straight-line calls in the right and in the wrong places.
package main

import (
	"context"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

type config struct {
	auth  *call.Client
	redis *call.Redis
	mu    *sync.Mutex
}

func init() {
	wrapper.SetCtx("straight",
		wrapper.ParseConfig(func(_ gjson.Result, c *config) error {
			c.auth = call.New(wrapper.FQDNCluster{FQDN: "auth.dns", Port: 80})
			_, err := c.auth.Get(context.Background(), "/") // want "no-handler: call.Client.Get while the plugin starts" "background-context"
			return err
		}),
		wrapper.HandleRequestHeaders(locks),
		wrapper.HandleRequestBody(goroutines),
		wrapper.HandleResponseHeaders(contexts),
		wrapper.ProcessResponseBody(func(_ wrapper.HttpContext, c config, _ []byte) types.Action {
			check(nil, c) // the finding is where the call is
			return types.ActionContinue
		}))
}

func check(ctx context.Context, c config) {
	_, _ = c.redis.Get(ctx, "k") // want "no-handler: call.Redis.Get in a callback"
	_ = call.Update("k", func(old []byte) ([]byte, error) { return old, nil })
}

func locks(ctx context.Context, _ wrapper.HttpContext, c config) types.Action {
	c.mu.Lock()
	_, err := c.auth.Get(ctx, "/") // want "lock-across-call: c.auth.Get waits while c.mu is locked"
	c.mu.Unlock()
	_, err = c.auth.Get(ctx, "/")
	c.mu.Lock()
	ask(ctx, c) // want "lock-across-call: ask waits while c.mu is locked"
	c.mu.Unlock()
	held(ctx, c)
	c.mu.Lock()
	_ = err
	c.mu.Unlock()
	return types.ActionContinue
}

func held(ctx context.Context, c config) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = call.Sleep(ctx, time.Second) // want "lock-across-call: call.Sleep waits while c.mu is locked"
}

func ask(ctx context.Context, c config) { _, _ = c.auth.Get(ctx, "/") }

func goroutines(ctx context.Context, _ wrapper.HttpContext, c config, _ []byte) types.Action {
	go func() {
		log.Info("logging is fine")
		_, _ = c.auth.Get(ctx, "/") // want "goroutine-call: call.Client.Get in a goroutine"
	}()
	go later()
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		_, _ = proxywasm.GetHttpRequestHeader("x") // waited for: still in this callback
	}()
	wg.Wait()
	_ = call.Join(ctx, func(ctx context.Context) error {
		_, err := c.auth.Get(ctx, "/")
		return err
	})
	return types.ActionContinue
}

func later() {
	_ = proxywasm.ResumeHttpRequest() // want "goroutine-call: proxywasm.ResumeHttpRequest in a goroutine"
}

func contexts(ctx context.Context, _ wrapper.HttpContext, c config) types.Action {
	_, _ = c.auth.Get(context.TODO(), "/") // want "background-context: call.Client.Get with context.TODO"
	mine, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _ = c.auth.Get(mine, "/") // want "background-context: call.Client.Get with context.Background"
	short, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	_, _ = c.auth.Get(short, "/")
	both := context.Background()
	both = ctx
	_, _ = c.auth.Get(both, "/")
	return types.ActionContinue
}
