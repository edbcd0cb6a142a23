// Command ext-auth asks another service whether a request may pass, and lets it
// pass only if that service says so.
package main

import (
	"context"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/sluiceproxy/sluice/plugins/internal/refuse"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"ext-auth",
		wrapper.ParseTypedConfig[Config](),
		wrapper.HandleRequestHeaders(onRequestHeaders),
		wrapper.HandleRequestBody(onRequestBody),
		wrapper.KeepContentLength[Config](),
	)
}

func onRequestHeaders(ctx context.Context, http wrapper.HttpContext, c Config) types.Action {
	headers, err := proxywasm.GetHttpRequestHeaders()
	if err == nil {
		err = c.strip(headers)
	}
	if err != nil {
		return broken(err)
	}
	if c.MatchList != nil && !c.guards(http.Host(), http.Method(), http.Path()) {
		http.DontReadRequestBody()
		return types.HeaderContinue
	}
	if len(c.HTTPService.Response.AllowedUpstreamHeaders) > 0 || c.FailureModeAllowHeaderAdd {
		http.DisableReroute() // headers of the service must not choose another route
	}
	if !c.wantsBody(http) {
		http.DontReadRequestBody()
		return c.check(ctx, http, headers, nil)
	}
	if c.tooLong(headers) {
		return tooLarge()
	}
	http.SetRequestBodyBufferLimit(uint32(c.HTTPService.Request.MaxRequestBodyBytes))
	return types.HeaderStopIteration
}

func onRequestBody(ctx context.Context, http wrapper.HttpContext, c Config, body []byte) types.Action {
	if len(body) > c.HTTPService.Request.MaxRequestBodyBytes {
		return tooLarge()
	}
	headers, err := proxywasm.GetHttpRequestHeaders()
	if err != nil {
		return broken(err)
	}
	return c.check(ctx, http, headers, body)
}

// tooLarge answers a request whose body is longer than the service is sent.
func tooLarge() types.Action {
	return refuse.With(refuse.Answer{Status: 413, Detail: "ext-auth.body_too_large"})
}

// broken answers where the gateway refused a call that a decision needs.
func broken(err error) types.Action {
	log.Errorf("ext-auth: %v", err)
	return refuse.With(refuse.Answer{Status: 500, Detail: "ext-auth.broken"})
}
