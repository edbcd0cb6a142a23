package main

import (
	"strconv"
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

// evil are values that would end a header line.
var evil = map[string]string{"crlf": "a\r\nx-evil: 1", "cr": "a\rx-evil: 1", "lf": "a\nx-evil: 1", "nul": "a\x00b"}

// inject tries "how,what": a host call and one of evil, as a value and as a name.
func inject(change func(name, value string) error) phase {
	return func(ctx wrapper.HttpContext, _ config, arg string) types.Action {
		asValue := change("x-inj", evil[arg])
		asName := change("x-"+evil[arg], "v")
		text := "value: " + errText(asValue) + "; name: " + errText(asName)
		saw(ctx, text)
		if ctx.GetExecutionPhase() == wrapper.EncodeHeader {
			report(proxywasm.ReplaceHttpResponseHeader("x-saw", text))
		}
		return types.HeaderContinue
	}
}

// pairs sets arg headers at once, of which want keep the message whole.
func pairs(set func([][2]string) error, get func() ([][2]string, error)) phase {
	return func(ctx wrapper.HttpContext, _ config, arg string) types.Action {
		n, _ := strconv.Atoi(arg)
		all, err := get()
		report(err)
		before := len(all)
		for i := len(all); i < n; i++ {
			all = append(all, [2]string{"x-p" + strconv.Itoa(i), "v"})
		}
		err = set(all)
		after, getErr := get()
		report(getErr)
		state := strconv.Itoa(len(after)) + " headers"
		if len(after) == before {
			state = "headers intact"
		}
		text := errText(err) + ", " + state
		saw(ctx, text)
		if ctx.GetExecutionPhase() == wrapper.EncodeHeader {
			report(proxywasm.ReplaceHttpResponseHeader("x-saw", text))
		}
		return types.HeaderContinue
	}
}

func init() {
	setAll := func(set func([][2]string) error, get func() ([][2]string, error)) func(name, value string) error {
		return func(name, value string) error {
			all, err := get()
			if err != nil {
				return err
			}
			return set(append(all, [2]string{name, value}))
		}
	}
	callout := func(name, value string) error {
		_, err := proxywasm.DispatchHttpCall("backend", [][2]string{{":method", "GET"}, {":path", "/"}, {":authority", "b"}, {name, value}}, nil, nil, 1000, nil)
		return err
	}
	reply := func(_ wrapper.HttpContext, _ config, arg string) types.Action {
		report(proxywasm.SendHttpResponse(403, [][2]string{{"x-inj", evil[arg]}}, nil, -1))
		return types.HeaderContinue
	}
	status := func(_ wrapper.HttpContext, _ config, arg string) types.Action {
		code, body, _ := strings.Cut(arg, ",")
		n, _ := strconv.Atoi(code)
		report(proxywasm.SendHttpResponse(uint32(n), nil, []byte(body), -1))
		return types.HeaderContinue
	}
	add(map[string]operation{
		"inject-request-add":      {request: inject(proxywasm.AddHttpRequestHeader)},
		"inject-request-replace":  {request: inject(proxywasm.ReplaceHttpRequestHeader)},
		"inject-request-all":      {request: inject(setAll(proxywasm.ReplaceHttpRequestHeaders, proxywasm.GetHttpRequestHeaders))},
		"inject-response-add":     {response: inject(proxywasm.AddHttpResponseHeader)},
		"inject-response-replace": {response: inject(proxywasm.ReplaceHttpResponseHeader)},
		"inject-response-all":     {response: inject(setAll(proxywasm.ReplaceHttpResponseHeaders, proxywasm.GetHttpResponseHeaders))},
		"inject-callout":          {request: inject(callout)},
		"inject-reply":            {request: reply},
		"pairs-request":           {request: pairs(proxywasm.ReplaceHttpRequestHeaders, proxywasm.GetHttpRequestHeaders)},
		"pairs-response":          {response: pairs(proxywasm.ReplaceHttpResponseHeaders, proxywasm.GetHttpResponseHeaders)},
		"reply":                   {request: status},
	})
}
