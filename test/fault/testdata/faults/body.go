package main

import (
	"hash/crc32"
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/jsoncheck"
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
	"github.com/tidwall/gjson"
)

func body(ctx wrapper.HttpContext) []byte { return ctx.GetByteSliceContext("body", nil) }

func describe(b []byte) string {
	return strconv.Itoa(len(b)) + " bytes, sum " + strconv.FormatUint(uint64(crc32.ChecksumIEEE(b)), 16)
}

// filler returns n bytes.
func filler(arg string) []byte {
	n, _ := strconv.Atoi(arg)
	return []byte(strings.Repeat("z", n))
}

func init() {
	proceed := func(f func(ctx wrapper.HttpContext, arg string)) phase {
		return func(ctx wrapper.HttpContext, _ config, arg string) types.Action {
			f(ctx, arg)
			return types.ActionContinue
		}
	}
	stop := func(wrapper.HttpContext, config, string) types.Action { return types.HeaderStopIteration }
	replaceRequest := proceed(func(_ wrapper.HttpContext, arg string) { report(proxywasm.ReplaceHttpRequestBody(filler(arg))) })
	replaceResponse := proceed(func(_ wrapper.HttpContext, arg string) { report(proxywasm.ReplaceHttpResponseBody(filler(arg))) })
	add(map[string]operation{
		"sum": {
			request: func(ctx wrapper.HttpContext, _ config, _ string) types.Action {
				if !ctx.HasRequestBody() {
					return answer(describe(nil))
				}
				return types.HeaderContinue
			},
			requestBody: func(ctx wrapper.HttpContext, _ config, _ string) types.Action { return answer(describe(body(ctx))) },
		},
		"sum-chunks": {chunk: func(ctx wrapper.HttpContext, _ string, chunk []byte, last bool) []byte {
			all := append(ctx.GetByteSliceContext("body", nil), chunk...)
			ctx.SetContext("body", all)
			if last {
				saw(ctx, describe(all))
			}
			return chunk
		}},
		"sum-response": {responseBody: func(ctx wrapper.HttpContext, _ config, _ string) types.Action {
			count("fault_response_bodies")
			return types.ActionContinue
		}},
		"describe-response": {response: stop, responseBody: func(ctx wrapper.HttpContext, _ config, _ string) types.Action {
			report(proxywasm.ReplaceHttpResponseHeader("x-saw", describe(body(ctx))))
			return types.ActionContinue
		}},
		"both": {chunk: func(_ wrapper.HttpContext, _ string, chunk []byte, _ bool) []byte {
			if len(chunk) > 0 { // Envoy announces an upgrade's data with an empty one
				count("fault_chunks")
			}
			return chunk
		}, responseBody: func(wrapper.HttpContext, config, string) types.Action {
			count("fault_response_bodies")
			return types.ActionContinue
		}},
		"replace-request":       {requestBody: replaceRequest},
		"replace-response":      {responseBody: replaceResponse},
		"replace-request-held":  {request: stop, requestBody: replaceRequest},
		"replace-response-held": {response: stop, responseBody: replaceResponse},
		"replace-chunks": {chunk: func(_ wrapper.HttpContext, arg string, _ []byte, last bool) []byte {
			if !last {
				return nil
			}
			return filler(arg)
		}},
		"json": {requestBody: func(ctx wrapper.HttpContext, _ config, arg string) types.Action {
			if err := jsoncheck.Check(body(ctx), jsoncheck.Limits{UniqueKeys: arg == "unique"}); err != nil {
				report(proxywasm.SendHttpResponse(400, nil, []byte(err.Error()), -1))
				return types.ActionPause
			}
			return answer("a is " + gjson.GetBytes(body(ctx), "a").Raw)
		}},
	})
}
