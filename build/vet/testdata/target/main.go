// Command target uses what only some gateways have.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("target", wrapper.ProcessRequestHeaders(func(wrapper.HttpContext, struct{}) types.Action {
		_, _ = proxywasm.GetUpstreamHosts()                       // want "target: proxywasm.GetUpstreamHosts imports proxy_get_upstream_hosts, which Istio lacks"
		_ = proxywasm.SetUpstreamOverrideHost(nil)                // want "target: proxywasm.SetUpstreamOverrideHost"
		_ = proxywasm.InjectEncodedDataToFilterChain(nil, false)  // want "target: proxywasm.InjectEncodedDataToFilterChain"
		_ = proxywasm.RedisInit("c", "", "", 1)                   // want "target: proxywasm.RedisInit"
		_, _ = proxywasm.DispatchRedisCall("c", []byte("x"), nil) // want "target: proxywasm.DispatchRedisCall"
		_, _ = proxywasm.DispatchHttpCall("c", nil, nil, nil, 1, nil)
		return types.ActionContinue
	}))
}
