// Command probe is the plugin with which the test kit tests itself: it does what
// the header x-do of a request asks for.
package main

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/tidwall/gjson"
	"github.com/tidwall/resp"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx("probe",
		wrapper.ParseConfig(parseConfig),
		wrapper.ProcessRequestHeaders(onRequestHeaders),
		wrapper.ProcessRequestBody(onRequestBody),
		wrapper.ProcessResponseHeaders(onResponseHeaders),
		wrapper.ProcessStreamDone(onDone),
	)
}

// config is the plugin's configuration.
type config struct {
	mark  string
	svc   wrapper.HttpClient
	redis wrapper.RedisClient
	done  proxywasm.MetricCounter
}

func parseConfig(json gjson.Result, c *config) error {
	if json.Get("refuse").Bool() {
		return errors.New("asked to refuse")
	}
	c.mark = json.Get("mark").String()
	c.svc = wrapper.NewClusterClient(wrapper.FQDNCluster{FQDN: "svc.static", Port: 80})
	c.done = proxywasm.DefineCounterMetric("probe_done")
	if json.Get("tick").Bool() {
		ticks := proxywasm.DefineGaugeMetric("probe_ticks")
		wrapper.RegisterTickFunc(100, func() { ticks.Add(1) })
	}
	if json.Get("redis").Bool() {
		c.redis = wrapper.NewRedisClusterClient(wrapper.FQDNCluster{FQDN: "redis.static", Port: 6379})
		return c.redis.Init("user", "secret", 1000)
	}
	return nil
}

func onRequestHeaders(ctx wrapper.HttpContext, c config) types.Action {
	do, _ := proxywasm.GetHttpRequestHeader("x-do")
	if do != "upper" {
		ctx.DontReadRequestBody()
	}
	add("x-mark", c.mark)
	switch do {
	case "deny":
		must(proxywasm.SendHttpResponse(403, [][2]string{{"x-why", "no key"}}, []byte("denied"), -1))
	case "error":
		log.Errorf("asked to complain")
	case "call":
		return call(c)
	case "redis":
		return increment(c)
	case "share":
		value, cas, _ := proxywasm.GetSharedData("probe")
		must(proxywasm.SetSharedData("probe", append(value, '!'), cas))
	case "route":
		name, err := proxywasm.GetProperty([]string{"xds", "route_name"})
		must(err)
		add("x-route", string(name))
	case "property":
		value, err := proxywasm.GetProperty([]string{"own", "thing"})
		must(err)
		add("x-property", string(value))
	case "time":
		now, err := proxywasm.GetCurrentTime()
		must(err)
		add("x-host-time", strconv.FormatUint(now/uint64(time.Second), 10))
		add("x-go-time", strconv.FormatInt(time.Now().Unix(), 10))
	case "random":
		add("x-random", hex.EncodeToString([]byte{byte(rand.Uint32()), byte(rand.Uint32()), byte(rand.Uint32())}))
	case "histogram":
		proxywasm.DefineHistogramMetric("probe_sizes").Record(7)
	case "hang":
		return types.HeaderStopAllIterationAndWatermark
	}
	return types.ActionContinue
}

func call(c config) types.Action {
	err := c.svc.Post("/token?a=1", [][2]string{{"x-a", "1"}}, []byte("question"),
		func(status int, header http.Header, body []byte) {
			add("x-call", strconv.Itoa(status)+" "+header.Get("x-token")+" "+string(body))
			must(proxywasm.ResumeHttpRequest())
		})
	if err != nil {
		add("x-call", "none")
		return types.ActionContinue
	}
	return types.HeaderStopAllIterationAndWatermark
}

func increment(c config) types.Action {
	err := c.redis.Incr("probe", func(answer resp.Value) {
		add("x-redis", answer.String())
		must(proxywasm.ResumeHttpRequest())
	})
	if err != nil {
		add("x-redis", "none")
		return types.ActionContinue
	}
	return types.HeaderStopAllIterationAndWatermark
}

func onRequestBody(_ wrapper.HttpContext, _ config, body []byte) types.Action {
	must(proxywasm.ReplaceHttpRequestBody(bytes.ToUpper(body)))
	return types.ActionContinue
}

func onResponseHeaders(ctx wrapper.HttpContext, c config) types.Action {
	ctx.DontReadResponseBody()
	must(proxywasm.AddHttpResponseHeader("x-response-mark", c.mark))
	return types.ActionContinue
}

func onDone(_ wrapper.HttpContext, c config) { c.done.Increment(1) }

func add(name, value string) { must(proxywasm.AddHttpRequestHeader(name, value)) }

func must(err error) {
	if err != nil {
		log.Errorf("probe: %v", err)
	}
}
