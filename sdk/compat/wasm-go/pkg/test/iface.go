package test

import (
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/proxytest"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// headerOption is what WithEndOfStream sets.
type headerOption struct{ endOfStream bool }

// HeaderOptionFunc is an option of the header callbacks.
type HeaderOptionFunc func(*headerOption)

// WithEndOfStream says whether the message ends with its headers. Without it a
// body follows.
func WithEndOfStream(endOfStream bool) HeaderOptionFunc {
	return func(o *headerOption) { o.endOfStream = endOfStream }
}

// TestHost is a host with one current exchange.
type TestHost interface {
	proxytest.HostEmulator
	// CallOnHttpRequestHeaders and the ones below run a callback of the current
	// exchange, which they begin where there is none.
	CallOnHttpRequestHeaders(headers [][2]string, opts ...HeaderOptionFunc) types.Action
	CallOnHttpRequestBody(body []byte) types.Action
	CallOnHttpStreamingRequestBody(body []byte, endOfStream bool) types.Action
	CallOnHttpResponseHeaders(headers [][2]string, opts ...HeaderOptionFunc) types.Action
	CallOnHttpStreamingResponseBody(body []byte, endOfStream bool) types.Action
	CallOnHttpResponseBody(body []byte) types.Action
	// CallOnHttpCall answers the oldest HTTP callout of the current exchange that
	// waits, CallOnRedisCall the oldest Redis call. Where none waits, they panic.
	CallOnHttpCall(headers [][2]string, body []byte)
	CallOnRedisCall(status int32, response []byte)
	GetHttpCalloutAttributes() []proxytest.HttpCalloutAttribute
	GetRedisCalloutAttributes() []proxytest.RedisCalloutAttribute
	// InitHttp begins an exchange, CompleteHttp ends it.
	InitHttp()
	CompleteHttp()
	// SetRouteName and the next ones set what rules are matched with, in place of
	// the default names. SetDomainName is for GetMatchConfig.
	SetRouteName(routeName string) error
	SetClusterName(clusterName string) error
	SetRequestId(requestId string) error
	SetDomainName(domain string) error
	// GetMatchConfig returns the configuration for a request, a pointer to the
	// plugin's type.
	GetMatchConfig() (any, error)
	// GetHttpStreamAction and the next ones show the current exchange.
	GetHttpStreamAction() types.Action
	GetRequestHeaders() [][2]string
	GetResponseHeaders() [][2]string
	GetRequestBody() []byte
	GetResponseBody() []byte
	GetLocalResponse() *proxytest.LocalHttpResponse
	// Reset drops the host.
	Reset()
}
