// Command higress imports Higress' Go SDK.
package main

import (
	"net/http"
	"time"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
	"github.com/higress-group/wasm-go/pkg/log"
	"github.com/higress-group/wasm-go/pkg/wrapper"
)

func main() {
	wrapper.SetCtx("higress", wrapper.ProcessRequestHeadersBy(onHeaders)) // want "setup-in-main: wrapper.SetCtx"
}

type config struct{ client wrapper.HttpClient }

func onHeaders(ctx wrapper.HttpContext, c config, log log.Log) types.Action {
	time.Sleep(1) // want "timers"
	ch := make(chan int)
	err := c.client.Get("/", nil, func(status int, _ http.Header, _ []byte) {
		ch <- status
		if status == 200 {
			_ = proxywasm.ResumeHttpRequest()
		}
	}) // want "lost-resume"
	if err != nil {
		return types.ActionPause // want "pause-after-error"
	}
	<-ch // want "blocking: receive from ch in a callback: the call's callback"
	return types.HeaderStopAllIterationAndWatermark
}
