// Command handler-example is a plugin of the handler style that does a bit of
// everything: answers CORS preflights, limits how often a client may ask, wants
// an API key, adds headers both ways, and hides upstream's errors.
package main

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/plugin"
)

func main() {}

func init() { plugin.RegisterConfig(name, New) }

const name = "example_plugin"

// example is the handler.
type example struct {
	config Config
	limit  limiter
}

// New makes the handler. Without a configuration the one in the environment
// variable EXAMPLE_PLUGIN_CONFIG counts.
func New(c Config) (plugin.Handler, error) {
	c, err := c.orEnvironment()
	if err != nil {
		return nil, err
	}
	return &example{config: c, limit: limiter{most: c.RateLimit}}, nil
}

// Name implements plugin.Handler.
func (*example) Name() string { return name }

// Priority implements plugin.Handler.
func (*example) Priority() int { return 50 }

// Cleanup implements plugin.Handler.
func (e *example) Cleanup() error {
	e.limit.forget()
	return nil
}

// startKey is where the request's context has the time of its arrival.
type startKey struct{}

// ProcessRequest implements plugin.Handler.
func (e *example) ProcessRequest(_ context.Context, req *http.Request) *plugin.Result {
	if isPreflight(req) {
		return e.preflight(req)
	}
	now := time.Now()
	if reset, ok := e.limit.take(client(req), now); !ok {
		return e.tooMany(reset, now)
	}
	if !e.config.accepts(req.Header.Get(e.config.AuthHeader)) {
		return deny(http.StatusUnauthorized, "missing or invalid "+e.config.AuthHeader+" header")
	}
	req.Header.Set("X-Processed-By", "example-plugin")
	req.Header.Set("X-Request-Start", now.UTC().Format(time.RFC3339))
	*req = *req.WithContext(context.WithValue(req.Context(), startKey{}, now))
	return plugin.ResultModify
}

// ProcessResponse implements plugin.Handler.
func (e *example) ProcessResponse(ctx context.Context, resp *http.Response) *plugin.Result {
	resp.Header.Set("X-Content-Type-Options", "nosniff")
	resp.Header.Set("X-Frame-Options", "DENY")
	resp.Header.Set("X-XSS-Protection", "1; mode=block")
	if start, ok := ctx.Value(startKey{}).(time.Time); ok {
		resp.Header.Set("X-Processing-Time", strconv.FormatInt(time.Since(start).Milliseconds(), 10)+"ms")
	}
	e.allowOrigin(resp.Request.Header.Get("Origin"), resp.Header)
	if resp.StatusCode < 500 {
		return plugin.ResultModify
	}
	log.Errorf("upstream answered %d to %s %s", resp.StatusCode, resp.Request.Method, resp.Request.URL.Path)
	if e.config.Debug {
		return plugin.ResultModify
	}
	return deny(http.StatusBadGateway, "service temporarily unavailable")
}

// tooMany answers a client over its limit.
func (e *example) tooMany(reset, now time.Time) *plugin.Result {
	return plugin.NewResult(plugin.Stop, plugin.WithStatus(http.StatusTooManyRequests),
		plugin.WithHeaders(http.Header{
			"X-RateLimit-Reset": {strconv.FormatInt(reset.Unix(), 10)},
			"Retry-After":       {strconv.Itoa(int(reset.Sub(now).Seconds()) + 1)},
		}),
		plugin.WithJSONResponse(map[string]any{
			"error":    "rate limit exceeded",
			"reset_at": reset.UTC().Format(time.RFC3339),
			"limit":    e.config.RateLimit,
			"interval": "1 minute",
		}))
}

func deny(status int, reason string) *plugin.Result {
	return plugin.NewResult(plugin.Stop, plugin.WithStatus(status), plugin.WithJSONResponse(map[string]string{"error": reason}))
}
