package main

import (
	"strings"

	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func init() {
	add(map[string]operation{
		"config": {request: func(_ wrapper.HttpContext, c config, _ string) types.Action { return answer(c.name) }},
		"tag": {response: func(_ wrapper.HttpContext, c config, _ string) types.Action {
			report(proxywasm.AddHttpResponseHeader("x-tag", c.name))
			return types.HeaderContinue
		}},
		"path": {request: func(ctx wrapper.HttpContext, _ config, _ string) types.Action {
			path, err := wrapper.CleanPath(ctx.Path())
			if err != nil {
				return answer("refused: " + err.Error())
			}
			return answer(path)
		}},
		"credential": {request: func(wrapper.HttpContext, config, string) types.Action {
			value, err := wrapper.OneRequestHeader("authorization")
			if err != nil {
				report(proxywasm.SendHttpResponse(401, nil, []byte(err.Error()), -1))
				return types.ActionPause
			}
			return answer(value)
		}},
		"client": {request: func(wrapper.HttpContext, config, string) types.Action {
			address, err := proxywasm.GetProperty([]string{"source", "address"})
			report(err)
			host, _, _ := strings.Cut(string(address), ":")
			return answer(host)
		}},
	})
}
