package wrapper

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// KeepContentLength leaves content-length as it is, although body handlers are
// registered. It is for plugins that only read bodies, where an upstream insists
// on the header.
//
// Without it the wrapper removes content-length from a message whose body a
// handler is going to see, since a handler may change the body when the headers
// have long gone on: an upstream that is told of 226 bytes and gets 5 waits for
// the rest, and one that gets 300 takes 74 of them for the next request. The
// body is then sent chunked, or as HTTP/2 frames it. With it, a handler that
// changes a body's length has to correct the header itself, which it only can
// where the header callback returned [types.HeaderStopIteration].
func KeepContentLength[PluginConfig any]() CtxOption[PluginConfig] {
	return option[PluginConfig](func(c *CommonVmCtx[PluginConfig]) { c.keepLength = true })
}

// freeLength removes content-length where a handler may change the body after
// the headers have gone on. action is what the header callback told the host;
// headers that wait for the body can be corrected then, and functions that
// replace a body do so.
func (s *stream) freeLength(d direction, action types.Action) types.Action {
	side := &s.sides[d]
	if !side.read || side.empty || s.plugin.vm.keepLength || action == types.HeaderStopIteration || s.answeredItself(d) {
		return action
	}
	remove := proxywasm.RemoveHttpRequestHeader
	if d == response {
		remove = proxywasm.RemoveHttpResponseHeader
	}
	_ = remove("content-length") // there may be none
	return action
}
