// Package ops is a plugin for tests: the request header x-op, or the part of
// the path behind /op/, says what it does. It runs natively and as Wasm.
package ops

import (
	"context"
	"strings"
	"time"

	"github.com/sluiceproxy/sluice/sdk/call"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// Config is the plugin's configuration, empty.
type Config struct{}

// Client calls the service that the tests run as cluster "service".
var Client = call.New(wrapper.TargetCluster{Cluster: "service", Host: "service.test"}, call.Timeout(2*time.Second))

// holder calls cluster "hold", whose service answers only when a test says so.
// It speaks HTTP/2, so that ten thousand calls share a few connections.
var holder = call.New(wrapper.TargetCluster{Cluster: "hold", Host: "service.test"})

// Register registers the plugin.
func Register() {
	wrapper.SetCtx("straight",
		wrapper.PrePluginStartOrReload[Config](defineCounters),
		wrapper.HandleRequestHeaders(onRequestHeaders),
		wrapper.HandleRequestBody(onRequestBody),
		wrapper.HandleResponseHeaders(onResponseHeaders),
		wrapper.HandleResponseBody(onResponseBody),
		wrapper.ProcessStreamDone(onDone))
}

func op(http wrapper.HttpContext) string {
	if name := http.GetStringContext("op", ""); name != "" {
		return name
	}
	name, _ := proxywasm.GetHttpRequestHeader("x-op")
	if _, tail, found := strings.Cut(http.Path(), "/op/"); found {
		name, _, _ = strings.Cut(tail, "?")
	}
	http.SetContext("op", name)
	if !strings.HasPrefix(name, "body") {
		http.DontReadRequestBody()
	} else {
		proxywasm.RemoveHttpRequestHeader("content-length")
	}
	if !strings.HasPrefix(name, "response-body") {
		http.DontReadResponseBody()
	}
	return name
}

// counters are metrics by name, defined once: hosts give each definition a new
// number and keep them all.
var counters map[string]proxywasm.MetricCounter

func defineCounters(wrapper.PluginContext) error {
	counters = map[string]proxywasm.MetricCounter{}
	for _, name := range []string{"begun", "unwound", "ended", "done"} {
		counters[name] = proxywasm.DefineCounterMetric("straight_" + name)
	}
	return nil
}

// count adds to a metric.
func count(name string) { counters[name].Increment(1) }

func onRequestHeaders(ctx context.Context, http wrapper.HttpContext, _ Config) types.Action {
	name := op(http)
	if name == "body-headers" {
		return types.HeaderStopIteration // the headers wait for the body handler
	}
	if run := requestOps[name]; run != nil {
		count("begun")
		defer count("unwound")
		return run(ctx)
	}
	return types.ActionContinue
}

func onRequestBody(ctx context.Context, http wrapper.HttpContext, _ Config, body []byte) types.Action {
	text, err := get(ctx, "/body")
	if err != nil {
		return deny(err)
	}
	proxywasm.ReplaceHttpRequestBody([]byte(strings.ToUpper(string(body)) + text))
	if http.GetStringContext("op", "") == "body-headers" {
		return result(text)
	}
	return types.ActionContinue
}

func onResponseHeaders(ctx context.Context, http wrapper.HttpContext, _ Config) types.Action {
	name := http.GetStringContext("op", "")
	if name == "response-panic" {
		get(ctx, "/a")
		panic("in the response")
	}
	if !strings.HasPrefix(name, "response") {
		return types.ActionContinue
	}
	text, err := get(ctx, "/response")
	if err != nil {
		return deny(err)
	}
	proxywasm.AddHttpResponseHeader("x-response", text)
	proxywasm.RemoveHttpResponseHeader("content-length")
	return types.ActionContinue
}

func onResponseBody(ctx context.Context, http wrapper.HttpContext, _ Config, body []byte) types.Action {
	text, err := get(ctx, "/tail")
	if err != nil {
		return deny(err)
	}
	proxywasm.ReplaceHttpResponseBody([]byte(string(body) + text))
	return types.ActionContinue
}

func onDone(http wrapper.HttpContext, _ Config) {
	if requestOps[http.GetStringContext("op", "")] != nil {
		count("done")
	}
}

// get returns the body of an answer.
func get(ctx context.Context, path string) (string, error) {
	resp, err := Client.Get(ctx, path)
	if err != nil {
		return "", err
	}
	return string(resp.Body), nil
}

// result shows upstream what an operation came to.
func result(text string) types.Action {
	proxywasm.ReplaceHttpRequestHeader("x-result", text)
	return types.ActionContinue
}

// deny answers with the error.
func deny(err error) types.Action {
	proxywasm.SendHttpResponse(uint32(call.StatusCode(err)), nil, []byte(err.Error()), -1)
	return types.ActionPause
}
