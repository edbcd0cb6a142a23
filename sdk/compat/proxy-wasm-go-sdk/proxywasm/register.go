package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"

	"github.com/higress-group/proxy-wasm-go-sdk/proxywasm/types"
)

// SetVMContext is [proxywasm.SetVMContext].
func SetVMContext(ctx types.VMContext) {
	proxywasm.SetVMContext(ctx)
}

// GetVMContext is [proxywasm.GetVMContext].
func GetVMContext() types.VMContext {
	return proxywasm.GetVMContext()
}

// GetHttpContext is [proxywasm.GetHttpContext].
func GetHttpContext(contextID uint32) types.HttpContext {
	return proxywasm.GetHttpContext(contextID)
}

// SetPluginContext is [proxywasm.SetPluginContext].
func SetPluginContext(newPluginContext func(contextID uint32) types.PluginContext) {
	proxywasm.SetPluginContext(newPluginContext)
}

// SetHttpContext is [proxywasm.SetHttpContext].
func SetHttpContext(newHttpContext func(contextID uint32) types.HttpContext) {
	proxywasm.SetHttpContext(newHttpContext)
}

// SetTcpContext is [proxywasm.SetTcpContext].
func SetTcpContext(newTcpContext func(contextID uint32) types.TcpContext) {
	proxywasm.SetTcpContext(newTcpContext)
}
