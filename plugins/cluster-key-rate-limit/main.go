// Command cluster-key-rate-limit limits how many requests pass in a second, a
// minute, an hour or a day, counted in Redis for all gateways together: for
// everybody, or for each value of a header, a parameter, a cookie, a consumer's
// name or a client's address.
package main

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/plugins/internal/limit"
	"github.com/sluiceproxy/sluice/plugins/internal/limitby"
	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("cluster-key-rate-limit",
		wrapper.ParseTypedConfig[Config](),
		wrapper.HandleRequestHeaders(onRequestHeaders),
		wrapper.ProcessResponseHeaders(onResponseHeaders))
}

const verdictKey = "verdict"

func onRequestHeaders(ctx context.Context, http wrapper.HttpContext, c Config) types.Action {
	limits, err := c.limits(&limitby.Request{Path: http.Path(), Headers: proxywasm.GetHttpRequestHeaders})
	if errors.Is(err, limitby.ErrValues) {
		return refuse.With(refuse.Answer{Status: 400, Detail: "cluster-key-rate-limit.too_many_values", Body: err.Error()})
	}
	var verdict limit.Verdict
	if err == nil {
		verdict, err = c.limiter.Take(ctx, limits...)
	}
	switch {
	case errors.Is(err, call.ErrStreamEnded):
		return types.ActionPause
	case err != nil:
		return c.failed(err)
	case !verdict.Allowed:
		return refuse.With(refuse.Answer{
			Status: c.Code, Detail: "cluster-key-rate-limit.rejected", Headers: verdict.Refusal(c.Code, c.ShowQuota), Body: c.Message,
		})
	case c.ShowQuota && len(limits) > 0:
		http.SetContext(verdictKey, verdict)
	}
	return types.HeaderContinue
}

// failed decides about a request that could not be counted.
func (c Config) failed(err error) types.Action {
	log.Errorf("%s: a request could not be counted: %v", c.RuleName, err)
	if c.FailureDeny {
		return refuse.With(refuse.Answer{Status: c.FailureCode, Detail: "cluster-key-rate-limit.unavailable"})
	}
	return types.HeaderContinue
}

func onResponseHeaders(http wrapper.HttpContext, _ Config) types.Action {
	if verdict, ok := http.GetContext(verdictKey).(limit.Verdict); ok {
		verdict.Tell()
	}
	return types.HeaderContinue
}

// limits returns what counts for a request.
func (c Config) limits(req *limitby.Request) (limits []limit.Limit, err error) {
	if c.rules == nil {
		return c.global, nil
	}
	for _, r := range c.rules {
		of, err := r.Limits(req)
		if err != nil {
			return nil, err
		}
		if limits == nil {
			limits = of
		} else {
			limits = append(limits, of...)
		}
		if len(limits) > 0 && !c.AllItems {
			break
		}
	}
	return limits, nil
}

// key is a counter's name in Redis, as Higress' plugin writes it: gateways of both
// kinds share a counter.
func (c Config) key(field string, l limit.Limit, more ...string) string {
	window := strconv.FormatInt(l.Window.Milliseconds()/1000, 10)
	return strings.Join(append([]string{"higress-cluster-key-rate-limit", c.RuleName, field, window}, more...), ":")
}
