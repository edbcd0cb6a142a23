package emulator

import "github.com/sluiceproxy/sluice/sdk/proxywasm/types"

// state returns a stream to look at; that of an unknown id is empty.
func (e *emulator) state(id uint32) *httpStream {
	if s := e.streams[id]; s != nil {
		return s
	}
	return &httpStream{}
}

// GetCurrentHttpStreamAction implements HostEmulator.
func (e *emulator) GetCurrentHttpStreamAction(contextID uint32) types.Action {
	return e.state(contextID).action
}

// GetCurrentRequestHeaders implements HostEmulator.
func (e *emulator) GetCurrentRequestHeaders(contextID uint32) [][2]string {
	return e.state(contextID).request.headers
}

// GetCurrentResponseHeaders implements HostEmulator.
func (e *emulator) GetCurrentResponseHeaders(contextID uint32) [][2]string {
	return e.state(contextID).response.headers
}

// GetCurrentRequestBody implements HostEmulator.
func (e *emulator) GetCurrentRequestBody(contextID uint32) []byte {
	return e.state(contextID).request.body
}

// GetCurrentResponseBody implements HostEmulator. What the plugin has injected
// stands for the body once it has injected the end.
func (e *emulator) GetCurrentResponseBody(contextID uint32) []byte {
	s := e.state(contextID)
	if s.injectedAll {
		return s.injected
	}
	return s.response.body
}

// GetSentLocalResponse implements HostEmulator.
func (e *emulator) GetSentLocalResponse(contextID uint32) *LocalHttpResponse {
	return e.state(contextID).reply
}

// SetHttpRequestHeaders implements HostEmulator.
func (e *emulator) SetHttpRequestHeaders(contextID uint32, headers [][2]string) {
	e.state(contextID).request.headers = lowered(headers)
}
