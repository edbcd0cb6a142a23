package emulator

import (
	"slices"

	"github.com/sluiceproxy/sluice/sdk/internal/abi"
)

// HttpCalloutAttribute is an HTTP callout of the plugin.
type HttpCalloutAttribute struct {
	CalloutID uint32
	Upstream  string
	Headers   [][2]string
	Trailers  [][2]string
	Body      []byte
}

// RedisCalloutAttribute is a Redis call of the plugin; Query is in RESP.
type RedisCalloutAttribute struct {
	CalloutID uint32
	Upstream  string
	Query     []byte
}

// callouts are the calls that wait for an answer.
type callouts struct {
	http   []httpCall
	redis  []redisCall
	tokens [2]uint32 // next, of HTTP and Redis calls
	answer *answer
}

type httpCall struct {
	context uint32
	HttpCalloutAttribute
}

type redisCall struct {
	context uint32
	RedisCalloutAttribute
}

// answer is what a callout's callback can read.
type answer struct {
	headers, trailers [][2]string
	body              []byte
}

// HTTPCall implements abi.Host: any cluster exists.
func (h hostcalls) HTTPCall(cluster string, headers [][2]string, body []byte, trailers [][2]string, _ uint32) (uint32, abi.Status) {
	id := h.tokens[0]
	h.tokens[0]++
	h.http = append(h.http, httpCall{h.guest.Active(), HttpCalloutAttribute{
		CalloutID: id, Upstream: cluster, Headers: lowered(headers), Trailers: lowered(trailers), Body: append([]byte{}, body...),
	}})
	return id, abi.StatusOK
}

// RedisInit implements abi.Host.
func (h hostcalls) RedisInit(string, string, string, uint32) abi.Status { return abi.StatusOK }

// RedisCall implements abi.Host.
func (h hostcalls) RedisCall(cluster string, query []byte) (uint32, abi.Status) {
	id := h.tokens[1]
	h.tokens[1]++
	h.redis = append(h.redis, redisCall{h.guest.Active(), RedisCalloutAttribute{
		CalloutID: id, Upstream: cluster, Query: append([]byte{}, query...),
	}})
	return id, abi.StatusOK
}

// GetCalloutAttributesFromContext implements HostEmulator.
func (e *emulator) GetCalloutAttributesFromContext(contextID uint32) (waiting []HttpCalloutAttribute) {
	for _, c := range e.http {
		if c.context == contextID {
			waiting = append(waiting, c.HttpCalloutAttribute)
		}
	}
	return waiting
}

// GetRedisCalloutAttributesFromContext implements HostEmulator.
func (e *emulator) GetRedisCalloutAttributesFromContext(contextID uint32) (waiting []RedisCalloutAttribute) {
	for _, c := range e.redis {
		if c.context == contextID {
			waiting = append(waiting, c.RedisCalloutAttribute)
		}
	}
	return waiting
}

// CallOnHttpCallResponse implements HostEmulator.
func (e *emulator) CallOnHttpCallResponse(calloutID uint32, headers, trailers [][2]string, body []byte) {
	a := &answer{headers: lowered(headers), trailers: lowered(trailers), body: body}
	e.respond(a, func(g abi.Guest) {
		g.OnHTTPCallResponse(PluginContextID, calloutID, int32(len(headers)), int32(len(body)), int32(len(trailers)))
	})
	e.http = slices.DeleteFunc(e.http, func(c httpCall) bool { return c.CalloutID == calloutID })
}

// CallOnRedisCallResponse implements HostEmulator.
func (e *emulator) CallOnRedisCallResponse(calloutID uint32, status int32, response []byte) {
	e.respond(&answer{body: response}, func(g abi.Guest) {
		g.OnRedisCallResponse(PluginContextID, calloutID, status, int32(len(response)))
	})
	e.redis = slices.DeleteFunc(e.redis, func(c redisCall) bool { return c.CalloutID == calloutID })
}

func (e *emulator) respond(a *answer, f func(abi.Guest)) {
	e.answer = a
	defer func() { e.answer = nil }()
	e.call(f)
}
