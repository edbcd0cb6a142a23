package test

import (
	"errors"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/proxytest"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// SetRouteName implements TestHost.
func (h *testHost) SetRouteName(routeName string) error {
	return h.SetProperty([]string{"route_name"}, []byte(routeName))
}

// SetClusterName implements TestHost.
func (h *testHost) SetClusterName(clusterName string) error {
	return h.SetProperty([]string{"cluster_name"}, []byte(clusterName))
}

// SetRequestId implements TestHost.
func (h *testHost) SetRequestId(requestId string) error {
	return h.SetProperty([]string{"x_request_id"}, []byte(requestId))
}

// SetDomainName implements TestHost.
func (h *testHost) SetDomainName(domain string) error {
	if domain == "" {
		return errors.New("the domain's name is empty")
	}
	h.domain = domain
	return nil
}

// GetHttpCalloutAttributes implements TestHost.
func (h *testHost) GetHttpCalloutAttributes() []proxytest.HttpCalloutAttribute {
	return h.GetCalloutAttributesFromContext(h.id)
}

// GetRedisCalloutAttributes implements TestHost.
func (h *testHost) GetRedisCalloutAttributes() []proxytest.RedisCalloutAttribute {
	return h.GetRedisCalloutAttributesFromContext(h.id)
}

// GetHttpStreamAction implements TestHost.
func (h *testHost) GetHttpStreamAction() types.Action { return h.GetCurrentHttpStreamAction(h.id) }

// GetRequestHeaders implements TestHost.
func (h *testHost) GetRequestHeaders() [][2]string { return h.GetCurrentRequestHeaders(h.id) }

// GetResponseHeaders implements TestHost.
func (h *testHost) GetResponseHeaders() [][2]string { return h.GetCurrentResponseHeaders(h.id) }

// GetRequestBody implements TestHost.
func (h *testHost) GetRequestBody() []byte { return h.GetCurrentRequestBody(h.id) }

// GetResponseBody implements TestHost.
func (h *testHost) GetResponseBody() []byte { return h.GetCurrentResponseBody(h.id) }

// GetLocalResponse implements TestHost.
func (h *testHost) GetLocalResponse() *proxytest.LocalHttpResponse {
	return h.GetSentLocalResponse(h.id)
}
