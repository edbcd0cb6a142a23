// Command httpcall is the guide's example of a plugin that asks another service.
// The guide's listing doesn't compile: its parseConfig ends without a return.
package main

import (
	"errors"
	"net/http"
	"strings"

	"github.com/tidwall/gjson"

	logs "github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"http-call",
		wrapper.ParseConfigBy(parseConfig),
		wrapper.ProcessRequestHeadersBy(onHttpRequestHeaders),
	)
}

// MyConfig is the plugin's configuration.
type MyConfig struct {
	client      wrapper.HttpClient
	requestPath string
	tokenHeader string
}

func parseConfig(json gjson.Result, config *MyConfig, log logs.Log) error {
	config.tokenHeader = json.Get("tokenHeader").String()
	if config.tokenHeader == "" {
		return errors.New("missing tokenHeader in config")
	}
	config.requestPath = json.Get("requestPath").String()
	if config.requestPath == "" {
		return errors.New("missing requestPath in config")
	}
	serviceName := json.Get("serviceName").String()
	servicePort := json.Get("servicePort").Int()
	if servicePort == 0 && strings.HasSuffix(serviceName, ".static") {
		servicePort = 80
	}
	config.client = wrapper.NewClusterClient(wrapper.FQDNCluster{
		FQDN: serviceName,
		Port: servicePort,
	})
	return nil
}

func onHttpRequestHeaders(ctx wrapper.HttpContext, config MyConfig, log logs.Log) types.Action {
	err := config.client.Get(config.requestPath, nil,
		func(statusCode int, responseHeaders http.Header, responseBody []byte) {
			if statusCode != http.StatusOK {
				log.Errorf("http call failed, status: %d", statusCode)
				proxywasm.SendHttpResponse(http.StatusInternalServerError, nil, []byte("http call failed"), -1)
				return
			}
			log.Infof("get status: %d, response body: %s", statusCode, responseBody)
			if token := responseHeaders.Get(config.tokenHeader); token != "" {
				proxywasm.AddHttpRequestHeader(config.tokenHeader, token)
			}
			proxywasm.ResumeHttpRequest()
		})
	if err != nil {
		log.Errorf("Error occurred while calling http, it seems cannot find the service cluster.")
		return types.ActionContinue
	}
	return types.HeaderStopAllIterationAndWatermark
}
