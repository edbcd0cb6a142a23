// Command http-call asks another service for a token before a request goes on,
// and forwards the request with that token. A service that answers anything
// but 200 ends the request with 500.
package main

import (
	"errors"
	"net/http"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

func init() {
	wrapper.SetCtx(
		"http-call",
		wrapper.ParseConfig(parseConfig),
		wrapper.ProcessRequestHeaders(onHttpRequestHeaders),
	)
}

// Config is the plugin's configuration.
type Config struct {
	client      wrapper.HttpClient
	requestPath string
	tokenHeader string
}

func parseConfig(json gjson.Result, config *Config) error {
	config.tokenHeader = json.Get("tokenHeader").String()
	if config.tokenHeader == "" {
		return errors.New("missing tokenHeader in config")
	}
	config.requestPath = json.Get("requestPath").String()
	if config.requestPath == "" {
		return errors.New("missing requestPath in config")
	}
	serviceName := json.Get("serviceName").String()
	if serviceName == "" {
		return errors.New("missing serviceName in config")
	}
	servicePort := json.Get("servicePort").Int()
	if servicePort == 0 {
		servicePort = 80 // the logical port of a .static service, and HTTP's own
	}
	config.client = wrapper.NewClusterClient(wrapper.FQDNCluster{
		FQDN: serviceName,
		Host: strings.TrimSpace(json.Get("serviceHost").String()),
		Port: servicePort,
	})
	return nil
}

func onHttpRequestHeaders(_ wrapper.HttpContext, config Config) types.Action {
	err := config.client.Get(config.requestPath, nil,
		func(statusCode int, responseHeaders http.Header, responseBody []byte) {
			if statusCode != http.StatusOK {
				log.Errorf("http call failed, status: %d", statusCode)
				reply(http.StatusInternalServerError, "http call failed")
				return
			}
			log.Infof("get status: %d, response body: %s", statusCode, responseBody)
			if token := responseHeaders.Get(config.tokenHeader); token != "" {
				if err := proxywasm.AddHttpRequestHeader(config.tokenHeader, token); err != nil {
					log.Errorf("add request header %s: %v", config.tokenHeader, err)
					reply(http.StatusInternalServerError, "http call failed")
					return
				}
			}
			if err := proxywasm.ResumeHttpRequest(); err != nil {
				log.Errorf("resume the request: %v", err)
			}
		})
	if err != nil {
		// The call could not be sent at all, most likely because the gateway has
		// no such cluster. As the guide's example does, let the request go on.
		log.Errorf("call %s: %v", config.client.ClusterName(), err)
		return types.ActionContinue
	}
	return types.HeaderStopAllIterationAndWatermark
}

func reply(status uint32, body string) {
	if err := proxywasm.SendHttpResponse(status, nil, []byte(body), -1); err != nil {
		log.Errorf("answer %d: %v", status, err)
	}
}
