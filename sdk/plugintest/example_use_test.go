package plugintest_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/sluiceproxy/sluice/sdk/plugintest"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// test is the *testing.T of a real test.
var test = &testing.B{}

// page is the request of the examples.
var page = [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "shop.test"}}

// guard is a plugin that asks the service "auth" about each request. A package
// under test registers its own plugin in init.
type guard struct{ types.DefaultHttpContext }

// OnHttpRequestHeaders implements types.HttpContext.
func (*guard) OnHttpRequestHeaders(int, bool) types.Action {
	ask := [][2]string{{":method", "GET"}, {":path", "/check"}, {":authority", "auth"}}
	_, err := proxywasm.DispatchHttpCall("auth", ask, nil, nil, 200, func(headers, _, _ int) {
		answer, _ := proxywasm.GetHttpCallResponseHeaders()
		if plugintest.Headers(answer).Get(":status") == "200" {
			_ = proxywasm.ResumeHttpRequest()
			return
		}
		proxywasm.LogWarn("refused")
		_ = proxywasm.SendHttpResponseWithDetail(403, "refused", [][2]string{{"x-why", "key"}}, []byte("no"), -1)
	})
	if err != nil {
		_ = proxywasm.SendHttpResponse(503, nil, nil, -1)
	}
	return types.HeaderStopAllIterationAndWatermark
}

func newGuard(uint32) types.HttpContext { return &guard{} }

// A request that waits for a service goes on when that has answered.
func ExampleHost_OnHTTPCall() {
	proxywasm.SetHttpContext(newGuard)
	h := plugintest.New(test, plugintest.Options{})

	ex := h.Request(page)
	fmt.Println(ex.Paused(), ex.Upstream.Sent(), h.PendingHTTPCalls()[0].Timeout)

	h.OnHTTPCall(func(c plugintest.HTTPCall) plugintest.HTTPAnswer {
		fmt.Println(c.Cluster, c.Headers.Get(":path"))
		return plugintest.HTTPAnswer{Headers: [][2]string{{":status", "200"}}}
	})
	fmt.Println(ex.Paused(), ex.Upstream.Sent())
	// Output:
	// true false 200ms
	// auth /check
	// false true
}

// What the plugin answers itself is a Reply; the client gets it as a Message.
func ExampleReply() {
	proxywasm.SetHttpContext(newGuard)
	h := plugintest.New(test, plugintest.Options{})
	h.OnHTTPCall(func(plugintest.HTTPCall) plugintest.HTTPAnswer {
		return plugintest.HTTPAnswer{} // no answer: the connection was reset
	})

	reply := h.Request(page).Reply
	fmt.Println(reply.Status, reply.Detail, reply.Headers.Get("x-why"), string(reply.Body))
	for _, line := range h.Logs() {
		fmt.Println(line)
	}
	// Output:
	// 403 refused key no
	// warn: refused
}

// A LogLine prints with its level.
func ExampleLogLine() {
	fmt.Println(plugintest.LogLine{Level: proxywasm.LogLevelError, Message: "no such cluster"})
	// Output: error: no such cluster
}

// upper writes the request's trailers and its body, part by part, in capitals.
type upper struct{ types.DefaultHttpContext }

// OnHttpRequestBody implements types.HttpContext.
func (*upper) OnHttpRequestBody(size int, _ bool) types.Action {
	body, _ := proxywasm.GetHttpRequestBody(0, size)
	_ = proxywasm.ReplaceHttpRequestBody(bytes.ToUpper(body))
	return types.ActionContinue
}

// OnHttpRequestTrailers implements types.HttpContext.
func (*upper) OnHttpRequestTrailers(int) types.Action {
	_ = proxywasm.ReplaceHttpRequestTrailer("x-sum", "UPPER")
	return types.ActionContinue
}

// A body in parts, and trailers.
func ExampleMessage() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &upper{} })
	h := plugintest.New(test, plugintest.Options{})

	ex := h.Send(plugintest.Input{
		Headers:  page,
		Chunks:   [][]byte{[]byte("he"), []byte("llo")},
		Trailers: [][2]string{{"x-sum", "5"}},
	})
	upstream := ex.Upstream
	fmt.Printf("%s %s %t\n", upstream.Body, upstream.Trailers.Get("x-sum"), upstream.Ended)
	// Output: HELLO UPPER true
}

// An Exchange is the whole way of a request: to upstream, back, and its end.
func ExampleExchange() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &upper{} })
	ex := plugintest.New(test, plugintest.Options{}).Request(page, []byte("tea"))
	fmt.Printf("%s\n", ex.Upstream.Body)
	ex.Respond([][2]string{{":status", "201"}, {"set-cookie", "a=1"}, {"set-cookie", "b=2"}}, []byte("made"))
	fmt.Printf("%s %s %q\n", ex.Client.Headers.Get(":status"), ex.Client.Body, ex.Client.Headers.Values("Set-Cookie"))
	ex.End() // OnHttpStreamDone runs
	// Output:
	// TEA
	// 201 made ["a=1" "b=2"]
}

// counter counts requests in Redis; Higress has the host calls for that.
type counter struct{ types.DefaultHttpContext }

// OnHttpRequestHeaders implements types.HttpContext.
func (*counter) OnHttpRequestHeaders(int, bool) types.Action {
	_ = proxywasm.RedisInit("redis", "user", "secret", 500)
	_, _ = proxywasm.DispatchRedisCall("redis", []byte("*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n"), func(status, size int) {
		answer, _ := proxywasm.GetRedisCallResponse(0, size)
		proxywasm.LogInfof("status %d, answer %q", status, answer)
		_ = proxywasm.ResumeHttpRequest()
	})
	return types.ActionPause
}

func ExampleRedisClient() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &counter{} })
	h := plugintest.New(test, plugintest.Options{})
	h.OnRedisCall(func(c plugintest.RedisCall) plugintest.RedisAnswer {
		fmt.Printf("%s gets %q\n", c.Cluster, c.Query)
		return plugintest.RedisAnswer{Body: []byte(":1\r\n")}
	})

	h.Request(page)
	fmt.Println(h.LogsAt(proxywasm.LogLevelInfo))
	client := h.RedisClients()["redis"]
	fmt.Println(client.Username, client.Timeout)
	// Output:
	// redis gets "*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n"
	// [status 0, answer ":1\r\n"]
	// user 500ms
}

// greeter is a plugin for TCP: it says hello to upstream.
type greeter struct{ types.DefaultTcpContext }

// OnDownstreamData implements types.TcpContext.
func (*greeter) OnDownstreamData(int, bool) types.Action {
	_ = proxywasm.PrependDownstreamData([]byte("hello, "))
	return types.ActionContinue
}

func ExampleConnection() {
	proxywasm.SetTcpContext(func(uint32) types.TcpContext { return &greeter{} })
	c := plugintest.New(test, plugintest.Options{}).Connect()
	c.FromClient([]byte("here is ann"), false)
	fmt.Printf("%s\n", c.Upstream)
	c.Close()
	fmt.Println(c.Closed())
	// Output:
	// hello, here is ann
	// true
}

// Everything that a gateway tells a plugin can be set.
func ExampleOptions() {
	proxywasm.SetPluginContext(func(uint32) types.PluginContext { return &curious{} })
	plugintest.New(test, plugintest.Options{
		Config:   []byte(`{"limit":3}`),
		Name:     "curious",
		LogLevel: proxywasm.LogLevelWarn,
		Now:      func() time.Time { return time.Unix(1700000000, 0) },
		Foreign: map[string]func([]byte) ([]byte, error){
			"reverse": func(b []byte) ([]byte, error) { return []byte{b[1], b[0]}, nil },
		},
	})
	// Output: {"limit":3} curious 1700000000 ba
}

type curious struct{ types.DefaultPluginContext }

// OnPluginStart implements types.PluginContext.
func (*curious) OnPluginStart(int) types.OnPluginStartStatus {
	config, _ := proxywasm.GetPluginConfiguration()
	name, _ := proxywasm.GetProperty([]string{"plugin_name"})
	now, _ := proxywasm.GetCurrentTime()
	reversed, _ := proxywasm.CallForeignFunction("reverse", []byte("ab"))
	fmt.Println(string(config), string(name), now/1e9, string(reversed))
	return types.OnPluginStartStatusOK
}
