package proxywasm

import (
	"github.com/sluiceproxy/sluice/sdk/internal/abi"
	"github.com/sluiceproxy/sluice/sdk/internal/dispatch"
)

// GetVMConfiguration returns the VM's configuration, or
// types.ErrorStatusNotFound where it is empty. Available during OnVMStart.
func GetVMConfiguration() ([]byte, error) {
	return getBuffer(abi.BufferVMConfig, 0, int(abi.BufferEnd))
}

// GetPluginConfiguration returns the plugin's configuration, or
// types.ErrorStatusNotFound where it is empty. Available during OnPluginStart.
func GetPluginConfiguration() ([]byte, error) {
	return getBuffer(abi.BufferPluginConfig, 0, int(abi.BufferEnd))
}

// SetTickPeriodMilliSeconds makes OnTick run every millSec milliseconds; 0
// stops it. Available in callbacks of plugin contexts.
func SetTickPeriodMilliSeconds(millSec uint32) error {
	return statusError(abi.SetTickPeriod(millSec))
}

// SetEffectiveContext makes calls act on another context until the callback
// returns, for example on a stream from OnTick. A context that is gone is
// types.ErrorStatusBadArgument.
func SetEffectiveContext(contextID uint32) error {
	if st := abi.SetEffectiveContext(contextID); st != abi.StatusOK {
		return statusError(st)
	}
	dispatch.Current().SetActive(contextID)
	return nil
}

// PluginDone tells the host that a plugin whose OnPluginDone returned false
// can go now.
func PluginDone() { abi.Done() }

// GetCurrentTime returns the host's time in nanoseconds since 1970 UTC.
func GetCurrentTime() (unixNano uint64, err error) {
	unixNano, st := abi.GetCurrentTime()
	if st != abi.StatusOK {
		return 0, statusError(st)
	}
	return unixNano, nil
}

// CallForeignFunction calls a function that a host has beyond the ABI. One that
// it doesn't have is types.ErrorStatusNotFound.
func CallForeignFunction(funcName string, param []byte) (ret []byte, err error) {
	ret, st := abi.CallForeignFunction(funcName, param)
	if st != abi.StatusOK {
		return nil, statusError(st)
	}
	return ret, nil
}

// GetForeignFunctionData returns up to maxSize bytes from start on of what a
// foreign function hands over. Available during OnForeignFunction, see
// types.ForeignFunctionContext.
func GetForeignFunctionData(start, maxSize int) ([]byte, error) {
	return getBuffer(abi.BufferForeignCall, start, maxSize)
}
