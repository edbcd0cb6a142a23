package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/proxywasm"
)

// GetVMConfiguration is [proxywasm.GetVMConfiguration].
func GetVMConfiguration() ([]byte, error) {
	return proxywasm.GetVMConfiguration()
}

// GetPluginConfiguration is [proxywasm.GetPluginConfiguration].
func GetPluginConfiguration() ([]byte, error) {
	return proxywasm.GetPluginConfiguration()
}

// SetTickPeriodMilliSeconds is [proxywasm.SetTickPeriodMilliSeconds].
func SetTickPeriodMilliSeconds(millSec uint32) error {
	return proxywasm.SetTickPeriodMilliSeconds(millSec)
}

// SetEffectiveContext is [proxywasm.SetEffectiveContext].
func SetEffectiveContext(contextID uint32) error {
	return proxywasm.SetEffectiveContext(contextID)
}

// PluginDone is [proxywasm.PluginDone].
func PluginDone() {
	proxywasm.PluginDone()
}

// CallForeignFunction is [proxywasm.CallForeignFunction].
func CallForeignFunction(funcName string, param []byte) (ret []byte, err error) {
	return proxywasm.CallForeignFunction(funcName, param)
}
