// Command key-rate-limit limits how many requests pass a gateway in a second, a
// minute, an hour or a day, by a header, a query parameter, a cookie, the consumer
// or the client's address. It counts in the gateway's shared data, for all its
// workers.
package main

import (
	"errors"
	"strconv"

	"github.com/sluiceproxy/sluice/plugins/internal/limit"
	"github.com/sluiceproxy/sluice/plugins/internal/limitby"
	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("key-rate-limit",
		wrapper.PrePluginStartOrReload[Config](counters.begin),
		wrapper.ParseTypedConfig[Config](),
		wrapper.ProcessRequestHeaders(onRequestHeaders),
		wrapper.ProcessResponseHeaders(onResponseHeaders))
}

const verdictKey = "verdict"

func onRequestHeaders(http wrapper.HttpContext, c Config) types.Action {
	limits, err := c.rule.Limits(&limitby.Request{Path: http.Path(), Headers: proxywasm.GetHttpRequestHeaders})
	var verdict limit.Verdict
	if err == nil {
		verdict, err = c.limiter.Take(limits...)
	}
	switch {
	case err != nil:
		return refuse.With(uncounted(err))
	case !verdict.Allowed:
		return refuse.With(refuse.Answer{
			Status: c.Code, Detail: "key-rate-limit.rejected", Headers: verdict.Refusal(c.Code, c.ShowQuota), Body: c.Message,
		})
	case c.ShowQuota && len(limits) > 0:
		http.SetContext(verdictKey, verdict)
	}
	return types.HeaderContinue
}

// uncounted is the answer to a request that could not be counted: it does not
// pass.
func uncounted(err error) refuse.Answer {
	if errors.Is(err, limitby.ErrValues) {
		return refuse.Answer{Status: 400, Detail: "key-rate-limit.too_many_values", Body: err.Error()}
	}
	log.Errorf("a request could not be counted: %v", err)
	return refuse.Answer{Status: 503, Detail: "key-rate-limit.unavailable"}
}

// prefix is what the key of a counter has before the value.
func prefix(_ string, l limit.Limit, _ string) string {
	return strconv.FormatInt(l.Window.Milliseconds(), 10) + ":"
}

func onResponseHeaders(http wrapper.HttpContext, _ Config) types.Action {
	if verdict, ok := http.GetContext(verdictKey).(limit.Verdict); ok {
		verdict.Tell()
	}
	return types.HeaderContinue
}
