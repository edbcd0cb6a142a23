package emulator

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
	"github.com/sluiceproxy/sluice/sdk/proxywasm/types"
)

func registerVM(c types.VMContext)                { proxywasm.SetVMContext(c) }
func registerPlugin(f types.PluginContextFactory) { proxywasm.SetPluginContext(f) }
func registerHTTP(f types.HttpContextFactory)     { proxywasm.SetHttpContext(f) }
func registerTCP(f types.TcpContextFactory)       { proxywasm.SetTcpContext(f) }
