package main

import (
	"bytes"
	"strconv"

	"github.com/sluiceproxy/sluice/sdk/log"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// onRequestBody replaces the body with what it was given, in angles.
func onRequestBody(ctx wrapper.HttpContext, _ config, body []byte, l log.Log) types.Action {
	switch ctx.GetStringContext("do", "") {
	case "panic in body":
		panic("asked to")
	case "lose in body":
		return types.ActionPause
	case "wait":
		add("x-late", strconv.Itoa(len(body)))
	}
	l.Infof("request body of %d", len(body))
	must(proxywasm.ReplaceHttpRequestBody(angles(body)))
	return types.ActionContinue
}

// onRequestChunk hands on each chunk as stream says.
func onRequestChunk(ctx wrapper.HttpContext, _ config, chunk []byte, last bool) []byte {
	return stream(ctx, chunk, last)
}

// onResponseBody is onRequestBody for the response.
func onResponseBody(ctx wrapper.HttpContext, _ config, body []byte) types.Action {
	if ctx.GetStringContext("do", "") == "panic in response body" {
		panic("asked to")
	}
	must(proxywasm.ReplaceHttpResponseBody(angles(body)))
	return types.ActionContinue
}

// onResponseChunk is onRequestChunk for the response.
func onResponseChunk(ctx wrapper.HttpContext, _ config, chunk []byte, last bool) []byte {
	return stream(ctx, chunk, last)
}

// stream returns a chunk in upper case, and counts and marks the last; or
// nothing, where x-do asks for that. Nothing can be added where trailers have
// come already.
func stream(ctx wrapper.HttpContext, chunk []byte, last bool) []byte {
	if ctx.GetStringContext("do", "") == "stream nothing" {
		return nil
	}
	out := bytes.ToUpper(chunk)
	if last {
		proxywasm.DefineCounterMetric("semantics_last").Increment(1)
	}
	if last && ctx.GetStringContext("do", "") != "stream plainly" {
		out = append(out, '.')
	}
	return out
}

func angles(body []byte) []byte { return append(append([]byte{'<'}, body...), '>') }
