// Package proxywasm is the raw Proxy-Wasm SDK: what a plugin registers, and the
// calls that a host answers, one function each. Names and signatures are those
// of the field's Go SDKs for ABI 0.2.1; package wrapper builds on it.
//
// A plugin registers from main's init function and leaves main empty:
//
//	func main() {}
//
//	func init() {
//		proxywasm.SetHttpContext(func(uint32) types.HttpContext { return &stream{} })
//	}
//
// Build it with GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared.
//
// # Phases
//
// A host runs a plugin by calling its contexts (see package types). Calls act
// on the context that is being called; a callout's callback runs for the
// context that made the callout. Where a call only makes sense in some
// callbacks, its comment says so; elsewhere it returns an error, on Envoy
// types.ErrorStatusBadArgument or types.ErrorStatusNotFound.
//
// # Errors
//
// Every status of the host is one of the named errors of package types. Names,
// values, lists and statuses that hosts are known to mishandle are refused
// before the host sees them.
//
// # Panics
//
// A panic in a callback ends only the stream that it was running for: it is
// answered with status 500 (detail "plugin_failed_in_" and the phase), and the
// panic is logged on one line, with its stack. See SetPanicPolicy.
//
// # Memory
//
// Strings and byte slices that calls return belong to the plugin and never
// change. Short ones share a block of 16 KiB with others, which lives as long as
// one of them: copy with strings.Clone what is kept longer than its stream, such
// as the keys of a cache. Nothing that is passed to a call is kept.
package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

// SetVMContext registers the plugin's entry point. Call one of the Set…Context
// functions, once, from main's init function; the last call wins. A module in
// which none was called refuses to start.
func SetVMContext(ctx types.VMContext) {
	dispatch.WantAll()
	dispatch.SetVMContext(ctx)
}

// GetVMContext returns what was registered, nil if nothing was.
func GetVMContext() types.VMContext { return dispatch.VMContext() }

// SetPluginContext registers a plugin that needs no VM context.
func SetPluginContext(newPluginContext func(contextID uint32) types.PluginContext) {
	dispatch.WantAll()
	setPlugins(newPluginContext)
}

// SetHttpContext registers a plugin that only has HTTP contexts: no
// configuration, no state shared between requests.
func SetHttpContext(newHttpContext func(contextID uint32) types.HttpContext) {
	dispatch.WantHTTP()
	setStreams(dispatch.StreamPlugin{HTTP: newHttpContext})
}

// SetTcpContext registers a plugin that only has TCP contexts: no
// configuration, no state shared between connections.
func SetTcpContext(newTcpContext func(contextID uint32) types.TcpContext) {
	dispatch.WantTCP()
	setStreams(dispatch.StreamPlugin{TCP: newTcpContext})
}

func setStreams(p dispatch.StreamPlugin) {
	setPlugins(func(uint32) types.PluginContext { return &p })
}

func setPlugins(f types.PluginContextFactory) {
	dispatch.SetVMContext(&dispatch.PluginVM{New: f})
}

// GetHttpContext returns the plugin's own context of an HTTP stream, nil where
// contextID is not a live one.
func GetHttpContext(contextID uint32) types.HttpContext {
	return dispatch.Current().HTTPContext(contextID)
}
