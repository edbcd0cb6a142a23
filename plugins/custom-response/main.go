// Command custom-response answers in place of upstream: every request, or those
// for which upstream or the gateway answer with certain statuses.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("custom-response",
		wrapper.ParseTypedConfig[Config](),
		wrapper.ProcessRequestHeaders(onRequestHeaders),
		wrapper.ProcessResponseHeaders(onResponseHeaders))
}

// answered marks an exchange whose answer is the plugin's.
const answered = "answered"

func onRequestHeaders(http wrapper.HttpContext, c Config) types.Action {
	if c.always == nil {
		return types.HeaderContinue
	}
	return c.always.send(http)
}

func onResponseHeaders(http wrapper.HttpContext, c Config) types.Action {
	if http.GetBoolContext(answered, false) {
		return types.HeaderContinue
	}
	status, err := proxywasm.GetHttpResponseHeader(":status")
	if err != nil {
		log.Errorf("the response's status: %v", err)
		return types.HeaderContinue
	}
	if r := c.find(status); r != nil {
		return r.send(http)
	}
	return types.HeaderContinue
}

// send answers the exchange. A status without a body (RFC 9110, section 6.4.1) gets
// none, and no type of one; the gateway leaves out the body for HEAD.
func (r *reply) send(http wrapper.HttpContext) types.Action {
	http.SetContext(answered, true)
	headers, body := r.headers, r.body
	if r.status == 204 || r.status == 304 {
		headers, body = without(headers, "content-type"), nil
	}
	if err := proxywasm.SendHttpResponseWithDetail(r.status, "custom-response", headers, body, -1); err != nil {
		log.Errorf("answer %d: %v", r.status, err)
	}
	return types.HeaderStopAllIterationAndWatermark
}

// without returns headers without those of a name.
func without(headers [][2]string, name string) (left [][2]string) {
	for _, h := range headers {
		if h[0] != name {
			left = append(left, h)
		}
	}
	return left
}
