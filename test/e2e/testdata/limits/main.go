// Command limits is a bundle of a plugin that knows who sends a request, from
// its header x-key, and of plugins that limit or count requests: by the second
// in shared data, by longer windows in Redis.
package main

import (
	"context"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/config"
	"github.com/sluiceproxy/sluice/sdk/filter"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	filter.Bundle("limits", []filter.Definition{
		filter.Plugin("auth", nil, func(_ *struct{}, s *filter.Stream) *auth { return &auth{s} }, filter.Authenticates()),
		filter.Plugin("counter", nil, func(*struct{}, *filter.Stream) *counter { return &counter{} }),
		filter.Plugin("rate", config.Parse[rateConfig], func(c *rateConfig, s *filter.Stream) *rate { return &rate{c, s} }),
		filter.Plugin("count", parseCount, func(c *countConfig, _ *filter.Stream) *count { return &count{c} }, filter.WithCalls()),
	})
}

var tooMany = &filter.LocalReply{Status: 429}

type auth struct{ s *filter.Stream }

func (f *auth) DecodeHeaders(_ context.Context, h *filter.Headers, _ bool) filter.Action {
	if key := h.Get("x-key"); key != "" {
		if err := f.s.SetConsumer(key); err != nil {
			return filter.Fail(err)
		}
	}
	return filter.Continue
}

// counter counts requests for /count, over all workers.
type counter struct{}

func (*counter) DecodeHeaders(_ context.Context, h *filter.Headers, _ bool) filter.Action {
	if h.Get(":path") != "/count" {
		return filter.Continue
	}
	n, err := increment("count")
	if err != nil {
		return filter.Fail(err)
	}
	return &filter.LocalReply{Body: []byte(strconv.Itoa(n))}
}

func increment(key string) (n int, err error) {
	err = call.Update(key, func(old []byte) ([]byte, error) {
		n, _ = strconv.Atoi(string(old))
		n++
		return []byte(strconv.Itoa(n)), nil
	})
	return n, err
}

type rateConfig struct {
	Average int `json:"average" description:"requests a second of one consumer" required:"true" minimum:"1"`
}

type rate struct {
	c *rateConfig
	s *filter.Stream
}

func (f *rate) DecodeHeaders(context.Context, *filter.Headers, bool) filter.Action {
	n, err := increment("rate " + f.s.Consumer() + " " + strconv.FormatInt(time.Now().Unix(), 10))
	if err != nil {
		return filter.Fail(err)
	}
	if n > f.c.Average {
		return tooMany
	}
	return filter.Continue
}

type countConfig struct {
	Count   int    `json:"count" description:"requests in a window" required:"true" minimum:"1"`
	Window  int    `json:"window" description:"seconds" default:"60" minimum:"1"`
	Header  string `json:"header" description:"requests with different values of it are counted apart; else by the client's address"`
	Cluster string `json:"cluster" description:"of Redis" required:"true"`

	redis *call.Redis
}

func parseCount(json []byte) (countConfig, error) {
	c, err := config.Parse[countConfig](json)
	if err == nil {
		c.redis = call.NewRedis(wrapper.TargetCluster{Cluster: c.Cluster}, call.RedisOptions{Timeout: 5 * time.Second})
	}
	return c, err
}

const script = `local n = redis.call('INCR', KEYS[1]) if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end return n`

type count struct{ c *countConfig }

func (f *count) DecodeHeaders(ctx context.Context, h *filter.Headers, _ bool) filter.Action {
	who := ""
	if f.c.Header != "" {
		who = h.Get(strings.ToLower(f.c.Header))
	}
	if who == "" {
		address, err := proxywasm.GetProperty([]string{"source", "address"})
		if err != nil {
			return filter.Fail(err)
		}
		who, _, _ = net.SplitHostPort(string(address))
	}
	n, err := f.c.redis.Eval(ctx, script, []any{"limits:" + who}, []any{f.c.Window})
	if err != nil {
		return filter.Fail(err)
	}
	if n.Integer() > f.c.Count {
		return tooMany
	}
	return filter.Continue
}
