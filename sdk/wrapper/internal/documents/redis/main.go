// Command redis is the guide's example of a rate limit kept in Redis. The guide's
// listing doesn't compile: it doesn't import package strings.
package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"
	"github.com/tidwall/resp"

	logs "github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"redis-demo",
		wrapper.ParseConfigBy(parseConfig),
		wrapper.ProcessRequestHeadersBy(onHttpRequestHeaders),
		wrapper.ProcessResponseHeadersBy(onHttpResponseHeaders),
	)
}

// RedisCallConfig is the plugin's configuration.
type RedisCallConfig struct {
	client wrapper.RedisClient
	qpm    int
}

func parseConfig(json gjson.Result, config *RedisCallConfig, log logs.Log) error {
	serviceName := json.Get("serviceName").String()
	servicePort := json.Get("servicePort").Int()
	if servicePort == 0 {
		if strings.HasSuffix(serviceName, ".static") {
			servicePort = 80
		} else {
			servicePort = 6379
		}
	}
	timeout := json.Get("timeout").Int()
	if timeout == 0 {
		timeout = 1000
	}
	config.qpm = int(json.Get("qpm").Int())
	config.client = wrapper.NewRedisClusterClient(wrapper.FQDNCluster{
		FQDN: serviceName,
		Port: servicePort,
	})
	return config.client.Init(json.Get("username").String(), json.Get("password").String(), timeout)
}

func onHttpRequestHeaders(ctx wrapper.HttpContext, config RedisCallConfig, log logs.Log) types.Action {
	timeStamp := strconv.FormatInt(time.Now().Truncate(time.Minute).Unix(), 10)
	err := config.client.Incr(timeStamp, func(response resp.Value) {
		if response.Error() != nil {
			log.Errorf("call redis error: %v", response.Error())
			proxywasm.ResumeHttpRequest()
			return
		}
		ctx.SetContext("timeStamp", timeStamp)
		ctx.SetContext("callTimeLeft", strconv.Itoa(config.qpm-response.Integer()))
		switch {
		case response.Integer() == 1:
			err := config.client.Expire(timeStamp, 60, func(response resp.Value) {
				if response.Error() != nil {
					log.Errorf("call redis error: %v", response.Error())
				}
				proxywasm.ResumeHttpRequest()
			})
			if err != nil {
				proxywasm.ResumeHttpRequest()
			}
		case response.Integer() > config.qpm:
			proxywasm.SendHttpResponse(429, [][2]string{{"timeStamp", timeStamp}, {"callTimeLeft", "0"}}, []byte("Too many requests\n"), -1)
		default:
			proxywasm.ResumeHttpRequest()
		}
	})
	if err != nil {
		log.Errorf("Error occurred while calling redis, it seems cannot find the redis cluster.")
		return types.HeaderContinue
	}
	return types.HeaderStopAllIterationAndWatermark
}

func onHttpResponseHeaders(ctx wrapper.HttpContext, config RedisCallConfig, log logs.Log) types.Action {
	if ctx.GetContext("timeStamp") != nil {
		proxywasm.AddHttpResponseHeader("timeStamp", ctx.GetContext("timeStamp").(string))
	}
	if ctx.GetContext("callTimeLeft") != nil {
		proxywasm.AddHttpResponseHeader("callTimeLeft", ctx.GetContext("callTimeLeft").(string))
	}
	return types.HeaderContinue
}
