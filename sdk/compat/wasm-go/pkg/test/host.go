package test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"reflect"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/proxytest"
	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// defaultDomain is the host of requests for which the test names none.
const defaultDomain = "default.test.com"

// testHost is a TestHost.
type testHost struct {
	proxytest.HostEmulator
	id     uint32 // of the current exchange
	open   bool   // there is one
	domain string
	reset  func()
}

// NewTestHost starts the plugin that the package under test registers in init.
func NewTestHost(config json.RawMessage) (TestHost, types.OnPluginStartStatus) {
	return NewTestHostWithForeignFuncs(config, nil)
}

// NewTestHostWithForeignFuncs is NewTestHost for a plugin that calls foreign
// functions while it starts.
func NewTestHostWithForeignFuncs(config json.RawMessage, foreignFuncs map[string]func([]byte) []byte) (TestHost, types.OnPluginStartStatus) {
	host, reset := proxytest.NewHostEmulator(proxytest.NewEmulatorOption().
		WithPluginConfiguration(config).WithVMContext(underTest()))
	for name, f := range foreignFuncs {
		host.RegisterForeignFunction(name, f)
	}
	host.RegisterForeignFunction("get_log_level", func([]byte) []byte {
		return binary.LittleEndian.AppendUint32(nil, 0)
	})
	status := host.StartPlugin()
	h := &testHost{HostEmulator: host, domain: defaultDomain, reset: reset}
	return h, joinStatus(status, h.SetRouteName("test-route-default"),
		h.SetClusterName("test-cluster-default"), h.SetRequestId("test-request-id-default"))
}

func joinStatus(s types.OnPluginStartStatus, errs ...error) types.OnPluginStartStatus {
	return s && errors.Join(errs...) == nil
}

// Reset implements TestHost.
func (h *testHost) Reset() {
	h.open = false
	h.reset()
}

// InitHttp implements TestHost.
func (h *testHost) InitHttp() { h.id, h.open = h.InitializeHttpContext(), true }

// CompleteHttp implements TestHost.
func (h *testHost) CompleteHttp() {
	h.CompleteHttpContext(h.id)
	h.open = false
}

// ensure begins an exchange with a request of nothing but a host.
func (h *testHost) ensure() {
	if h.open {
		return
	}
	h.InitHttp()
	if h.CallOnRequestHeaders(h.id, [][2]string{{":authority", defaultDomain}}, false) != types.ActionContinue {
		panic("the plugin holds back a request without headers: call CallOnHttpRequestHeaders first")
	}
}

func ends(opts []HeaderOptionFunc) bool {
	var o headerOption
	for _, opt := range opts {
		opt(&o)
	}
	return o.endOfStream
}

// CallOnHttpRequestHeaders implements TestHost.
func (h *testHost) CallOnHttpRequestHeaders(headers [][2]string, opts ...HeaderOptionFunc) types.Action {
	if !h.open {
		h.InitHttp()
	}
	return h.CallOnRequestHeaders(h.id, headers, ends(opts))
}

// CallOnHttpResponseHeaders implements TestHost.
func (h *testHost) CallOnHttpResponseHeaders(headers [][2]string, opts ...HeaderOptionFunc) types.Action {
	h.ensure()
	return h.CallOnResponseHeaders(h.id, headers, ends(opts))
}

// CallOnHttpRequestBody implements TestHost.
func (h *testHost) CallOnHttpRequestBody(body []byte) types.Action {
	return h.CallOnHttpStreamingRequestBody(body, true)
}

// CallOnHttpStreamingRequestBody implements TestHost.
func (h *testHost) CallOnHttpStreamingRequestBody(body []byte, endOfStream bool) types.Action {
	h.ensure()
	return h.CallOnRequestBody(h.id, body, endOfStream)
}

// CallOnHttpResponseBody implements TestHost.
func (h *testHost) CallOnHttpResponseBody(body []byte) types.Action {
	return h.CallOnHttpStreamingResponseBody(body, true)
}

// CallOnHttpStreamingResponseBody implements TestHost.
func (h *testHost) CallOnHttpStreamingResponseBody(body []byte, endOfStream bool) types.Action {
	h.ensure()
	return h.CallOnResponseBody(h.id, body, endOfStream)
}

// CallOnHttpCall implements TestHost.
func (h *testHost) CallOnHttpCall(headers [][2]string, body []byte) {
	h.CallOnHttpCallResponse(h.GetHttpCalloutAttributes()[0].CalloutID, headers, nil, body)
}

// CallOnRedisCall implements TestHost.
func (h *testHost) CallOnRedisCall(status int32, response []byte) {
	h.CallOnRedisCallResponse(h.GetRedisCalloutAttributes()[0].CalloutID, status, response)
}

// GetMatchConfig implements TestHost.
func (h *testHost) GetMatchConfig() (any, error) {
	id := h.InitializeHttpContext()
	h.SetHttpRequestHeaders(id, [][2]string{{":authority", h.domain}})
	defer h.CompleteHttpContext(id)
	stream := proxywasm.GetHttpContext(id)
	if stream == nil {
		return nil, errors.New("a plugin that runs as Wasm doesn't show its configuration: use RunGoTest for what looks at it")
	}
	method := reflect.ValueOf(stream).MethodByName("GetMatchConfig")
	if !method.IsValid() {
		return nil, errors.New("the plugin has no GetMatchConfig: it is not one of package wrapper")
	}
	results := method.Call(nil)
	err, _ := results[1].Interface().(error)
	return results[0].Interface(), err
}
