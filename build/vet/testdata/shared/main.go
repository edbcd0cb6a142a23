// Command shared keeps state in package variables.
package main

import (
	"github.com/tidwall/gjson"

	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
	"github.com/sluiceproxy/sluice/sdk/wrapper"
)

func main() {}

type config struct{ n int }

var (
	requests int
	users    = map[string]int{}
	settings struct{ on bool }
)

func init() {
	requests = 0
	wrapper.SetCtx("shared", wrapper.ParseConfig(parse), wrapper.ProcessRequestHeaders(onHeaders))
}

func parse(json gjson.Result, c *config) error {
	settings.on = json.Get("on").Bool()
	c.n = 1
	return nil
}

func onHeaders(ctx wrapper.HttpContext, c config) types.Action {
	requests++               // want "shared-state: the package variable requests is written in a callback"
	users[ctx.Host()] = c.n  // want "shared-state: the package variable users"
	settings.on = true       // want "shared-state: the package variable settings"
	delete(users, "x")       // want "shared-state: the package variable users"
	mine := map[string]int{} // this request's own
	mine["x"] = 1
	return types.ActionContinue
}
