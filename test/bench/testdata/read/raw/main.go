// Command raw does scenario read with the host calls alone.
package main

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func main() {}

func init() {
	proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &stream{} })
}

type stream struct{ types.DefaultHttpContext }

var seen int

func (*stream) OnHttpRequestHeaders(int, bool) types.Action {
	for _, name := range names {
		value, _ := proxywasm.GetHttpRequestHeader(name)
		seen += len(value)
	}
	for _, name := range names[:3] {
		_ = proxywasm.ReplaceHttpRequestHeader(name, "changed")
	}
	return types.HeaderContinue
}

var names = []string{
	"x-header-0", "x-header-1", "x-header-2", "x-header-3", "x-header-4",
	"x-header-5", "x-header-6", "x-header-7", "x-header-8", "x-header-9",
}
