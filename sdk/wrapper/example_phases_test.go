package wrapper_test

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"

	"github.com/tidwall/gjson"
)

// none is the configuration of plugins that have none.
type none struct{}

// get is the request of the examples.
var get = [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "shop.test"}}

// A plugin that measures how long upstream takes, with a callback for the
// request and one for the response. In a real test t is the test's own.
func ExampleProcessResponseHeaders() {
	now := time.Unix(1700000000, 0)
	wrapper.SetCtx("timing",
		wrapper.ProcessRequestHeaders(func(ctx wrapper.HttpContext, _ none) types.Action {
			ctx.SetContext("begin", now)
			return types.ActionContinue
		}),
		wrapper.ProcessResponseHeaders(func(ctx wrapper.HttpContext, _ none) types.Action {
			begin, _ := ctx.GetContext("begin").(time.Time)
			if err := proxywasm.AddHttpResponseHeader("x-took", now.Sub(begin).String()); err != nil {
				log.Errorf("add response header: %v", err)
			}
			return types.ActionContinue
		}),
		wrapper.ProcessStreamDone(func(ctx wrapper.HttpContext, _ none) {
			fmt.Println("done with", ctx.Method(), ctx.Host(), ctx.GetExecutionPhase() == wrapper.Done)
		}))

	t := &testing.B{}
	ex := plugintest.New(t, plugintest.Options{}).Request(get)
	now = now.Add(30 * time.Millisecond)
	ex.Respond([][2]string{{":status", "200"}})
	fmt.Println(ex.Client.Headers.Get("x-took"))
	ex.End()
	// Output:
	// 30ms
	// done with GET shop.test true
}

// A plugin that reads a request's whole body and replaces the response's.
func ExampleProcessRequestBody() {
	wrapper.SetCtx("bodies",
		wrapper.ProcessRequestBody(func(_ wrapper.HttpContext, _ none, body []byte) types.Action {
			if bytes.Contains(body, []byte("<script")) {
				_ = proxywasm.SendHttpResponse(400, nil, []byte("no scripts"), -1)
			}
			return types.ActionContinue
		}),
		wrapper.ProcessResponseBody(func(_ wrapper.HttpContext, _ none, body []byte) types.Action {
			_ = proxywasm.ReplaceHttpResponseBody(bytes.ToUpper(body))
			return types.ActionContinue
		}))

	h := plugintest.New(&testing.B{}, plugintest.Options{})
	bad := h.Request(get, []byte("<scr"), []byte("ipt>")) // in two parts
	fmt.Println(bad.Reply.Status)
	good := h.Request(get, []byte("hello")).Respond([][2]string{{":status", "200"}}, []byte("welcome"))
	fmt.Printf("%s\n", good.Client.Body)
	// Output:
	// 400
	// WELCOME
}

// A plugin that looks at bodies part by part: nothing is held back, whatever
// their size.
func ExampleProcessStreamingResponseBody() {
	wrapper.SetCtx("streams",
		wrapper.ProcessStreamingRequestBody(func(ctx wrapper.HttpContext, _ none, chunk []byte, last bool) []byte {
			size, _ := ctx.GetContext("size").(int)
			size += len(chunk)
			ctx.SetContext("size", size)
			if last {
				log.Infof("the request has %d bytes", size)
			}
			return chunk
		}),
		wrapper.ProcessStreamingResponseBody(func(_ wrapper.HttpContext, _ none, chunk []byte, last bool) []byte {
			chunk = bytes.ReplaceAll(chunk, []byte("secret"), []byte("******"))
			if last {
				chunk = append(chunk, "."...)
			}
			return chunk
		}))

	h := plugintest.New(&testing.B{}, plugintest.Options{})
	ex := h.Request(get, []byte("abc"), []byte("de"))
	ex.Respond([][2]string{{":status", "200"}}, []byte("a secret "), []byte("is kept"))
	fmt.Printf("%s\n", ex.Client.Body)
	fmt.Println(h.LogsAt(proxywasm.LogLevelInfo))
	// Output:
	// a ****** is kept.
	// [[streams] [nil] [nil] the request has 5 bytes]
}

// The …By forms hand the callback the plugin's logger. They are what older
// plugins use; package log does the same without an argument.
func ExampleProcessRequestHeadersBy() {
	wrapper.SetCtx("older",
		wrapper.ParseConfigBy(func(json gjson.Result, _ *none, log wrapper.Log) error {
			log.Info("configured")
			return nil
		}),
		wrapper.ProcessRequestHeadersBy(func(ctx wrapper.HttpContext, _ none, log wrapper.Log) types.Action {
			log.Info("request headers of " + ctx.Path())
			return types.ActionContinue
		}),
		wrapper.ProcessRequestBodyBy(func(_ wrapper.HttpContext, _ none, body []byte, log wrapper.Log) types.Action {
			log.Infof("request body of %d bytes", len(body))
			return types.ActionContinue
		}),
		wrapper.ProcessResponseHeadersBy(func(_ wrapper.HttpContext, _ none, log wrapper.Log) types.Action {
			log.Info("response headers")
			return types.ActionContinue
		}),
		wrapper.ProcessResponseBodyBy(func(_ wrapper.HttpContext, _ none, body []byte, log wrapper.Log) types.Action {
			log.Infof("response body of %d bytes", len(body))
			return types.ActionContinue
		}),
		wrapper.ProcessStreamDoneBy(func(_ wrapper.HttpContext, _ none, log wrapper.Log) {
			log.Info("done")
		}))

	h := plugintest.New(&testing.B{}, plugintest.Options{Config: []byte("{}")})
	h.Request(get, []byte("abc")).Respond([][2]string{{":status", "200"}}, []byte("hello")).End()
	for _, line := range h.LogsAt(proxywasm.LogLevelInfo) {
		fmt.Println(line)
	}
	// Output:
	// [older] [nil] [nil] configured
	// [older] [nil] [nil] request headers of /
	// [older] [nil] [nil] request body of 3 bytes
	// [older] [nil] [nil] response headers
	// [older] [nil] [nil] response body of 5 bytes
	// [older] [nil] [nil] done
}

func ExampleProcessStreamingRequestBodyBy() {
	wrapper.SetCtxWithOptions("older",
		wrapper.ProcessStreamingRequestBodyBy(func(_ wrapper.HttpContext, _ none, chunk []byte, _ bool, _ wrapper.Log) []byte {
			return bytes.ToUpper(chunk)
		}),
		wrapper.ProcessStreamingResponseBodyBy(func(_ wrapper.HttpContext, _ none, chunk []byte, _ bool, _ wrapper.Log) []byte {
			return bytes.ToLower(chunk)
		}))

	ex := plugintest.New(&testing.B{}, plugintest.Options{}).Request(get, []byte("Hello"))
	ex.Respond([][2]string{{":status", "200"}}, []byte("Welcome"))
	fmt.Printf("%s %s\n", ex.Upstream.Body, ex.Client.Body)
	// Output: HELLO welcome
}

// Straight-line handlers, one for each phase. With the functions of package
// call they can wait for other services.
func ExampleHandleRequestHeaders() {
	wrapper.SetCtx("straight",
		wrapper.HandleRequestHeaders(func(ctx context.Context, http wrapper.HttpContext, _ none) types.Action {
			_ = proxywasm.AddHttpRequestHeader("x-host", http.Host())
			return types.HeaderStopIteration // until the body is there
		}),
		wrapper.HandleRequestBody(func(ctx context.Context, _ wrapper.HttpContext, _ none, body []byte) types.Action {
			_ = proxywasm.AddHttpRequestHeader("x-size", strconv.Itoa(len(body)))
			return types.ActionContinue
		}),
		wrapper.HandleResponseHeaders(func(ctx context.Context, _ wrapper.HttpContext, _ none) types.Action {
			_ = proxywasm.RemoveHttpResponseHeader("server")
			return types.ActionContinue
		}),
		wrapper.HandleResponseBody(func(ctx context.Context, _ wrapper.HttpContext, _ none, body []byte) types.Action {
			_ = proxywasm.AppendHttpResponseBody([]byte("!"))
			return types.ActionContinue
		}))

	ex := plugintest.New(&testing.B{}, plugintest.Options{}).Request(get, []byte("abc"))
	fmt.Println(ex.Upstream.Headers.Get("x-host"), ex.Upstream.Headers.Get("x-size"))
	ex.Respond([][2]string{{":status", "200"}, {"server", "x"}}, []byte("hello"))
	fmt.Printf("%s %q\n", ex.Client.Body, ex.Client.Headers.Get("server"))
	// Output:
	// shop.test 3
	// hello! ""
}

// Work that is done again and again is registered while the configuration is
// parsed.
func ExampleRegisterTickFunc() {
	wrapper.SetCtx("ticks",
		wrapper.ParseConfig(func(gjson.Result, *none) error {
			wrapper.RegisterTickFunc(1000, func() { fmt.Println("every second") })
			wrapper.HandleTick(2*time.Second, func(ctx context.Context) {
				fmt.Println("every two seconds, and it may wait:", ctx.Err())
			})
			return nil
		}))

	h := plugintest.New(&testing.B{}, plugintest.Options{Config: []byte("{}")})
	h.Tick() // the first time is within 100 ms
	// Output:
	// every second
	// every two seconds, and it may wait: <nil>
}
