package emulator

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// LocalHttpResponse is an answer that the plugin gave itself.
type LocalHttpResponse struct {
	StatusCode       uint32
	StatusCodeDetail string
	Data             []byte
	Headers          [][2]string
	GRPCStatus       int32
}

// httpStream is one HTTP exchange.
type httpStream struct {
	request, response message
	action            types.Action
	reply             *LocalHttpResponse
	injected          []byte // data past the body callback
	injectedAll       bool   // and all of it
}

// message is one direction of an exchange.
type message struct {
	headers, trailers [][2]string
	body              []byte // what the plugin sees
	held              []byte // what it has paused before
}

// lowered copies headers with their names in lower case.
func lowered(headers [][2]string) [][2]string {
	out := make([][2]string, len(headers))
	for i, h := range headers {
		out[i] = [2]string{strings.ToLower(h[0]), h[1]}
	}
	return out
}

// InitializeHttpContext implements HostEmulator.
func (e *emulator) InitializeHttpContext() (contextID uint32) {
	id := e.newID()
	e.streams[id] = &httpStream{}
	e.call(func(g abi.Guest) { g.OnContextCreate(id, PluginContextID) })
	return id
}

// CompleteHttpContext implements HostEmulator.
func (e *emulator) CompleteHttpContext(contextID uint32) {
	e.call(func(g abi.Guest) {
		g.OnLog(contextID)
		g.OnDelete(contextID)
	})
}

// step runs a callback of a stream after prepare, and notes its action.
func (e *emulator) step(id uint32, prepare func(*httpStream), run func(abi.Guest) uint32) types.Action {
	s := e.streams[id]
	if s == nil {
		return types.ActionContinue
	}
	prepare(s)
	e.call(func(g abi.Guest) { s.action = types.Action(run(g)) })
	return s.action
}

// CallOnRequestHeaders implements HostEmulator.
func (e *emulator) CallOnRequestHeaders(contextID uint32, headers [][2]string, endOfStream bool) types.Action {
	return e.step(contextID, func(s *httpStream) { s.request.headers = lowered(headers) },
		func(g abi.Guest) uint32 { return g.OnRequestHeaders(contextID, int32(len(headers)), endOfStream) })
}

// CallOnResponseHeaders implements HostEmulator.
func (e *emulator) CallOnResponseHeaders(contextID uint32, headers [][2]string, endOfStream bool) types.Action {
	return e.step(contextID, func(s *httpStream) { s.response.headers = lowered(headers) },
		func(g abi.Guest) uint32 { return g.OnResponseHeaders(contextID, int32(len(headers)), endOfStream) })
}

// CallOnRequestTrailers implements HostEmulator.
func (e *emulator) CallOnRequestTrailers(contextID uint32, trailers [][2]string) types.Action {
	return e.step(contextID, func(s *httpStream) { s.request.trailers = lowered(trailers) },
		func(g abi.Guest) uint32 { return g.OnRequestTrailers(contextID, int32(len(trailers))) })
}

// CallOnResponseTrailers implements HostEmulator.
func (e *emulator) CallOnResponseTrailers(contextID uint32, trailers [][2]string) types.Action {
	return e.step(contextID, func(s *httpStream) { s.response.trailers = lowered(trailers) },
		func(g abi.Guest) uint32 { return g.OnResponseTrailers(contextID, int32(len(trailers))) })
}

// CallOnRequestBody implements HostEmulator.
func (e *emulator) CallOnRequestBody(contextID uint32, body []byte, endOfStream bool) types.Action {
	return e.show(contextID, func(s *httpStream) *message { return &s.request }, body,
		func(g abi.Guest, size int32) uint32 { return g.OnRequestBody(contextID, size, endOfStream) })
}

// CallOnResponseBody implements HostEmulator.
func (e *emulator) CallOnResponseBody(contextID uint32, body []byte, endOfStream bool) types.Action {
	return e.show(contextID, func(s *httpStream) *message { return &s.response }, body,
		func(g abi.Guest, size int32) uint32 { return g.OnResponseBody(contextID, size, endOfStream) })
}

// show shows a part of a body, behind what the plugin has paused of it.
func (e *emulator) show(id uint32, side func(*httpStream) *message, body []byte, run func(abi.Guest, int32) uint32) types.Action {
	s := e.streams[id]
	if s == nil {
		return types.ActionContinue
	}
	m := side(s)
	m.body = append(append([]byte{}, m.held...), body...)
	size := int32(len(m.body))
	action := e.step(id, func(*httpStream) {}, func(g abi.Guest) uint32 { return run(g, size) })
	m.held = nil
	if action == types.ActionPause {
		m.held = m.body
	}
	return action
}
