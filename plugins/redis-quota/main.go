// Command redis-quota lets through so many requests a minute, counted in Redis,
// and answers 429 to the rest. It is the Redis example of the field's "Develop
// gateway plugins using Go" guide: a Redis that can't be reached lets requests
// through and logs an error.
package main

import (
	"errors"
	"strconv"
	"strings"
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
	wrapper.SetCtx(
		"redis-quota",
		wrapper.ParseConfig(parseConfig),
		wrapper.ProcessRequestHeaders(onHttpRequestHeaders),
		wrapper.ProcessResponseHeaders(onHttpResponseHeaders),
	)
}

// Names of the context values, which are also the response headers' names.
const (
	timeStampKey    = "timeStamp"
	callTimeLeftKey = "callTimeLeft"
)

// Config is the plugin's configuration.
type Config struct {
	client wrapper.RedisClient
	qpm    int
}

func parseConfig(json gjson.Result, config *Config) error {
	serviceName := json.Get("serviceName").String()
	if serviceName == "" {
		return errors.New("missing serviceName in config")
	}
	servicePort := json.Get("servicePort").Int()
	if servicePort == 0 {
		servicePort = 6379
		if strings.HasSuffix(serviceName, ".static") {
			servicePort = 80 // the logical port of a .static service
		}
	}
	timeout := json.Get("timeout").Int()
	if timeout == 0 {
		timeout = 1000 // milliseconds
	}
	config.qpm = int(json.Get("qpm").Int())
	if config.qpm <= 0 {
		return errors.New("qpm must be a number of requests a minute above 0")
	}
	config.client = wrapper.NewRedisClusterClient(wrapper.FQDNCluster{FQDN: serviceName, Port: servicePort})
	return config.client.Init(json.Get("username").String(), json.Get("password").String(), timeout)
}

func onHttpRequestHeaders(ctx wrapper.HttpContext, config Config) types.Action {
	window := strconv.FormatInt(time.Now().Truncate(time.Minute).Unix(), 10)
	err := config.client.Incr(window, func(response resp.Value) {
		if err := response.Error(); err != nil {
			log.Errorf("call redis error: %v", err)
			resume()
			return
		}
		count := response.Integer()
		if count > config.qpm {
			refuse(window)
			return
		}
		ctx.SetContext(timeStampKey, window)
		ctx.SetContext(callTimeLeftKey, strconv.Itoa(config.qpm-count))
		if count == 1 {
			expire(config, window)
			return
		}
		resume()
	})
	if err != nil {
		log.Errorf("call redis: %v", err)
		return types.HeaderContinue
	}
	return types.HeaderStopAllIterationAndWatermark
}

// expire lets a new window's counter die with the window, then lets the
// request go on.
func expire(config Config, window string) {
	err := config.client.Expire(window, 60, func(response resp.Value) {
		if err := response.Error(); err != nil {
			log.Errorf("call redis error: %v", err)
		}
		resume()
	})
	if err != nil {
		log.Errorf("call redis: %v", err)
		resume()
	}
}

func refuse(window string) {
	headers := [][2]string{{timeStampKey, window}, {callTimeLeftKey, "0"}}
	if err := proxywasm.SendHttpResponse(429, headers, []byte("Too many requests\n"), -1); err != nil {
		log.Errorf("answer 429: %v", err)
	}
}

func resume() {
	if err := proxywasm.ResumeHttpRequest(); err != nil {
		log.Errorf("resume the request: %v", err)
	}
}

func onHttpResponseHeaders(ctx wrapper.HttpContext, _ Config) types.Action {
	for _, key := range []string{timeStampKey, callTimeLeftKey} {
		value := ctx.GetStringContext(key, "")
		if value == "" {
			continue
		}
		if err := proxywasm.AddHttpResponseHeader(key, value); err != nil {
			log.Errorf("add response header %s: %v", key, err)
		}
	}
	return types.HeaderContinue
}
