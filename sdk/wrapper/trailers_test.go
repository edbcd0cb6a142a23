package wrapper_test

import (
	"fmt"
	"testing"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

type noConfig struct{}

var trailered = plugintest.Input{
	Headers: [][2]string{{":method", "POST"}, {":path", "/"}, {":authority", "a.test"}},
	Chunks:  [][]byte{[]byte("body")}, Trailers: [][2]string{{"x-sum", "1"}},
}

var answer = plugintest.Input{
	Headers: [][2]string{{":status", "200"}}, Chunks: [][]byte{[]byte("answer")}, Trailers: [][2]string{{"grpc-status", "0"}},
}

func TestTrailers(t *testing.T) {
	order := ""
	wrapper.SetCtx("trailers",
		wrapper.ProcessRequestBody(func(_ wrapper.HttpContext, _ noConfig, body []byte) types.Action {
			order += string(body) + " "
			return types.ActionContinue
		}),
		wrapper.ProcessRequestTrailers(func(wrapper.HttpContext, noConfig) types.Action {
			sum, _ := proxywasm.GetHttpRequestTrailer("x-sum")
			order += "sum " + sum
			_ = proxywasm.ReplaceHttpRequestTrailer("x-sum", "2")
			return types.ActionContinue
		}),
		wrapper.ProcessResponseTrailers(func(ctx wrapper.HttpContext, _ noConfig) types.Action {
			_ = proxywasm.AddHttpResponseTrailer("x-path", ctx.Path())
			return types.ActionContinue
		}))
	ex := plugintest.New(t, plugintest.Options{}).Send(trailered)
	if order != "body sum 1" || ex.Upstream.Trailers.Get("x-sum") != "2" {
		t.Errorf("order %q, upstream's trailers %v", order, ex.Upstream.Trailers)
	}
	ex.RespondWith(answer)
	if got := ex.Client.Trailers; got.Get("x-path") != "/" || got.Get("grpc-status") != "0" {
		t.Errorf("the client's trailers: %v", got)
	}
}

func TestTrailersThatHoldBackAndAnswer(t *testing.T) {
	ran := false
	wrapper.SetCtx("trailers",
		wrapper.ProcessRequestTrailers(func(wrapper.HttpContext, noConfig) types.Action {
			ran = true
			_ = proxywasm.SendHttpResponse(403, nil, nil, -1)
			return types.ActionPause
		}))
	ex := plugintest.New(t, plugintest.Options{}).Send(trailered)
	if ex.Client.Headers.Get(":status") != "403" || ex.Upstream.Ended {
		t.Errorf("client %v, upstream ended %v", ex.Client.Headers, ex.Upstream.Ended)
	}
	ran = false
	wrapper.SetCtx("trailers",
		wrapper.ProcessRequestBody(func(wrapper.HttpContext, noConfig, []byte) types.Action {
			_ = proxywasm.SendHttpResponse(401, nil, nil, -1)
			return types.ActionPause
		}),
		wrapper.ProcessRequestTrailers(func(wrapper.HttpContext, noConfig) types.Action { ran = true; return types.ActionContinue }))
	ex = plugintest.New(t, plugintest.Options{}).Send(trailered)
	if ran || ex.Client.Headers.Get(":status") != "401" {
		t.Errorf("trailers after an answer: %v; client %v", ran, ex.Client.Headers)
	}
	if wrapper.ProcessResponseTrailers[noConfig](nil) != nil {
		t.Error("no function is an option")
	}
}

func ExampleProcessRequestTrailers() {
	wrapper.SetCtx("checksum",
		wrapper.ProcessRequestTrailers(func(_ wrapper.HttpContext, _ noConfig) types.Action {
			if sum, _ := proxywasm.GetHttpRequestTrailer("x-checksum"); sum == "" {
				_ = proxywasm.SendHttpResponse(400, nil, []byte("no checksum"), -1)
				return types.ActionPause
			}
			return types.ActionContinue
		}))
	ex := plugintest.New(&testing.B{}, plugintest.Options{}).Send(trailered)
	fmt.Println(ex.Client.Headers.Get(":status"), string(ex.Client.Body))
	// Output: 400 no checksum
}

func ExampleProcessResponseTrailers() {
	wrapper.SetCtx("grpc-log",
		wrapper.ProcessResponseTrailers(func(ctx wrapper.HttpContext, _ noConfig) types.Action {
			status, _ := proxywasm.GetHttpResponseTrailer("grpc-status")
			ctx.SetUserAttribute("grpc_status", status)
			_ = ctx.WriteUserAttributeToLog()
			return types.ActionContinue
		}))
	ex := plugintest.New(&testing.B{}, plugintest.Options{}).Request(get)
	ex.RespondWith(answer)
	fmt.Println(string(ex.Property(wrapper.CustomLogKey)))
	// Output: {\"grpc_status\":\"0\"}
}
