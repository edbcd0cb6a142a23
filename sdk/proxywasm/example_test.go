package proxywasm_test

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// keyCheck answers requests that have no key.
type keyCheck struct{ types.DefaultHttpContext }

func (*keyCheck) OnHttpRequestHeaders(int, bool) types.Action {
	if key, err := proxywasm.GetHttpRequestHeader("x-key"); err == nil && key != "" {
		return types.ActionContinue
	}
	if err := proxywasm.SendHttpResponseWithDetail(401, "no_key", nil, []byte("a key is missing\n"), -1); err != nil {
		proxywasm.LogError("answer: " + err.Error())
	}
	return types.ActionPause
}

// A plugin registers from main's init function.
func ExampleSetHttpContext() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &keyCheck{} })
}

// A request waits for the answer of another service.
func ExampleDispatchHttpCall() {
	headers := [][2]string{{":method", "GET"}, {":path", "/check"}, {":authority", "auth.test"}}
	_, err := proxywasm.DispatchHttpCall("auth", headers, nil, nil, 500, func(numHeaders, bodySize, _ int) {
		if numHeaders == 0 {
			proxywasm.SendHttpResponse(502, nil, []byte("auth failed\n"), -1)
			return
		}
		proxywasm.ResumeHttpRequest()
	})
	if err != nil {
		proxywasm.SendHttpResponse(500, nil, nil, -1)
	}
	// The header callback then returns types.HeaderStopAllIterationAndWatermark.
}
