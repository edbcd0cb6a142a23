package main

import (
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func onResponseHeaders(http wrapper.HttpContext, c Config) types.Action {
	seen.forget()
	in := of(http)
	if in == nil || in.tx.IsRuleEngineOff() {
		http.DontReadResponseBody()
		return types.HeaderContinue
	}
	headers, err := proxywasm.GetHttpResponseHeaders()
	if err != nil {
		return in.broken("response headers", err)
	}
	status, length := 0, 0
	for _, h := range headers {
		switch {
		case h[0] == ":status":
			status, _ = strconv.Atoi(h[1])
		case strings.HasPrefix(h[0], ":"):
		default:
			if strings.EqualFold(h[0], "content-length") {
				length, _ = strconv.Atoi(h[1])
			}
			in.tx.AddResponseHeader(h[0], h[1])
		}
	}
	if i := in.tx.ProcessResponseHeaders(status, in.protocol); i != nil {
		return in.block(c, i)
	}
	if status != 101 && http.HasResponseBody() && length <= c.ResponseLimit &&
		in.tx.IsResponseBodyAccessible() && in.tx.IsResponseBodyProcessable() {
		return types.HeaderStopIteration
	}
	http.DontReadResponseBody()
	return in.response(c, types.HeaderContinue)
}

func onResponseBody(http wrapper.HttpContext, c Config, body []byte) types.Action {
	seen.forget()
	in := of(http)
	if in == nil {
		return types.DataContinue
	}
	i, _, err := in.tx.WriteResponseBody(body)
	if err != nil {
		return in.broken("response body", err)
	}
	if i != nil {
		return in.block(c, i)
	}
	return in.response(c, types.DataContinue)
}

// response runs the rules of the body's phase.
func (in *inspection) response(c Config, pass types.Action) types.Action {
	i, err := in.tx.ProcessResponseBody()
	if err != nil {
		return in.broken("response body", err)
	}
	if i != nil {
		return in.block(c, i)
	}
	return pass
}
