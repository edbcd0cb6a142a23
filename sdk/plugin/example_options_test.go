package plugin_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/plugin"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// Greeter is a handler that greets upstream.
type Greeter struct {
	Greeting string `json:"greeting" default:"hello"`
}

// ProcessRequest implements plugin.Handler.
func (g *Greeter) ProcessRequest(_ context.Context, req *http.Request) *plugin.Result {
	req.Header.Set("X-Greeting", g.Greeting)
	return plugin.ResultModify
}

// ProcessResponse implements plugin.Handler.
func (g *Greeter) ProcessResponse(context.Context, *http.Response) *plugin.Result {
	return plugin.ResultContinue
}

// Name implements plugin.Handler.
func (g *Greeter) Name() string { return "greeter" }

// Priority implements plugin.Handler.
func (g *Greeter) Priority() int { return 50 }

// Cleanup implements plugin.Handler.
func (g *Greeter) Cleanup() error { return nil }

// Handlers that ask a slow service need more time.
func ExampleTimeout_more() {
	plugin.Register(func() plugin.Handler { return &Greeter{} }, plugin.Timeout(20*time.Second))
}

// Checker asks a service for a word that it then looks for in the body.
type Checker struct{ Greeter }

var checks = call.New(wrapper.StaticIpCluster{ServiceName: "checks", Port: 80})

// ProcessRequest implements plugin.Handler.
func (*Checker) ProcessRequest(ctx context.Context, req *http.Request) *plugin.Result {
	resp, err := checks.Get(ctx, "/words")
	if err != nil {
		return plugin.NewResult(plugin.Stop, plugin.WithStatus(call.StatusCode(err)))
	}
	body, err := io.ReadAll(req.Body)
	if err != nil || strings.Contains(string(body), string(resp.Body)) {
		return plugin.NewResult(plugin.Stop, plugin.WithStatus(http.StatusBadRequest))
	}
	return plugin.ResultContinue
}

// Without the option, the body could only be read before the call.
func ExampleBodyAfterCalls_check() {
	plugin.Register(func() plugin.Handler { return &Checker{} }, plugin.BodyAfterCalls())
}

func ExampleNewResult_stop() {
	deny := plugin.NewResult(plugin.Stop,
		plugin.WithStatus(http.StatusTooManyRequests),
		plugin.WithHeaders(http.Header{"Retry-After": {"60"}}),
		plugin.WithJSONResponse(map[string]any{"error": "too many requests", "limit": 100}))
	fmt.Println(deny.Action(), deny.StatusCode, deny.Headers, string(deny.ResponseBody))
	// Output: Stop 429 map[Content-Type:[application/json] Retry-After:[60]] {"error":"too many requests","limit":100}
}

func ExampleResult_common() {
	fmt.Println(plugin.ResultContinue.Action(), plugin.ResultModify.Action())
	// Output: Continue Modify
}

func ExampleResult_Release_kept() {
	r := plugin.NewResult(plugin.Stop, plugin.WithStatus(403))
	r.Release() // does nothing
	fmt.Println(r.StatusCode)
	// Output: 403
}

func ExampleAction_names() {
	for _, a := range []plugin.Action{plugin.Continue, plugin.Stop, plugin.Modify} {
		fmt.Println(int(a), a)
	}
	// Output:
	// 0 Continue
	// 1 Stop
	// 2 Modify
}

func ExampleWithBody_html() {
	r := plugin.NewResult(plugin.Stop, plugin.WithStatus(503), plugin.WithBody("text/html", []byte("<h1>Back soon</h1>")))
	fmt.Println(r.Headers.Get("Content-Type"), string(r.ResponseBody))
	// Output: text/html <h1>Back soon</h1>
}

func ExampleWithStatus_notFound() {
	fmt.Println(plugin.NewResult(plugin.Stop, plugin.WithStatus(404)).StatusCode)
	// Output: 404
}

func ExampleWithHeaders_several() {
	r := plugin.NewResult(plugin.Modify, plugin.WithHeaders(http.Header{"X-A": {"1", "2"}}))
	fmt.Println(r.Action(), r.Headers)
	// Output: Modify map[X-A:[1 2]]
}

func ExampleWithJSONResponse_list() {
	r := plugin.NewResult(plugin.Stop, plugin.WithStatus(400), plugin.WithJSONResponse([]int{1, 2}))
	fmt.Println(string(r.ResponseBody), r.Headers.Get("Content-Type"))
	// Output: [1,2] application/json
}
